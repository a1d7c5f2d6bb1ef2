import { join, resolve } from 'node:path'
import envPaths from 'env-paths'

/** Where everything that can be made again is kept: $GRAIT_HOME, else the platform's cache folder. Absolute. */
export function graitHome(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['GRAIT_HOME']
  return named ? resolve(named) : envPaths('grait', { suffix: '' }).cache
}

/** The folder of managed environments; each is a folder named by its environmentKey. */
export function environmentsFolder(home: string = graitHome()): string {
  return join(home, 'runtime')
}
