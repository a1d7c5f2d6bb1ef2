import { join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { expandHome } from './home-path.js'

/** The folder for everything that can be recreated: $GRAIT_HOME, otherwise the platform's cache folder. Absolute. */
export function graitHome(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['GRAIT_HOME']
  return named ? resolve(expandHome(named, 'GRAIT_HOME')) : envPaths('grait', { suffix: '' }).cache
}

/** The folder of managed environments; each is a folder named by its environmentKey. */
export function environmentsFolder(home: string = graitHome()): string {
  return join(home, 'runtime')
}

/** The folder of finished stages, unless `cache.dir` names another. */
export function stagesFolder(home: string = graitHome()): string {
  return join(home, 'stages')
}
