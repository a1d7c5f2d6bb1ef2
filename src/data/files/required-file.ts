import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readFault } from '../../disk-fault.js'
import { GraitError } from '../../errors.js'
import { nearestName } from '../../nearest-name.js'

/**
 * @throws GraitError data_not_found if the path is not a file, naming the most similar one there; disk_failed if the system does not let
 * anyone look
 */
export async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw readFault(error, path)
  })
  if (found?.isFile() === true) return
  if (found === undefined) throw await notThere(path)
  throw refused(`${path}: ${found.isDirectory() ? 'a folder, not a file' : 'not a file'}`, 'Name a file.', path)
}

async function notThere(path: string): Promise<GraitError> {
  const link = await lstat(path).catch(() => undefined)
  if (link?.isSymbolicLink() === true) {
    const target = await readlink(path)
    return refused(`${path}: a link to ${target}, which is not there`, 'Put the file there, or make the link anew.', path)
  }
  const folder = dirname(path)
  const inFolder = await stat(folder).catch(() => undefined)
  if (inFolder === undefined) return refused(`${path}: no such file`, `The folder ${folder} is not there either.`, path)
  if (!inFolder.isDirectory()) return refused(`${path}: no such file`, `${folder} is a file, not a folder.`, path)
  const near = nearestName(basename(path), await readdir(folder).catch(() => []))
  const hint = near === undefined ? 'Check the path.' : `Did you mean ${join(folder, near)}?`
  return refused(`${path}: no such file`, hint, path)
}

function refused(message: string, hint: string, path: string): GraitError {
  return new GraitError('data_not_found', message, { hint, details: { file: path } })
}
