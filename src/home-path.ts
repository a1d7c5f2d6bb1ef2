import { homedir } from 'node:os'
import { join } from 'node:path'
import { GraitError } from './errors.js'

/**
 * A path in which `~` at the start stands for the home folder, as in a shell; elsewhere than in a shell nobody else replaces it.
 * @param name what holds the path, for messages
 * @throws GraitError usage for the home folder of another user
 */
export function expandHome(path: string, name: string): string {
  if (path === '~') return homedir()
  if (path.startsWith('~/')) return join(homedir(), path.slice(2))
  if (!path.startsWith('~')) return path
  throw new GraitError('usage', `${name}: ${path}: only one's own home folder can be written as ~`, {
    hint: `Write the whole path, or ./${path} for a file or folder of that name.`,
  })
}
