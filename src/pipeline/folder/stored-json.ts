import { readFile } from 'node:fs/promises'
import { readFault } from '../../disk-fault.js'
import { GraitError } from '../../errors.js'

/** Reads a JSON file that this pipeline wrote. @throws GraitError data_invalid, disk_failed */
export async function readStoredJson<T>(path: string): Promise<T> {
  const text = await readStoredText(path)
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw notJson(path, cause)
  }
}

export async function readStoredText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw readFault(error, path)
  }
}

export function notJson(where: string, cause: unknown): GraitError {
  return new GraitError('data_invalid', `${where}: not JSON`, {
    hint: 'The file was changed or damaged. Run again: a damaged stage is set aside and computed anew, and the files of a run are replaced.',
    cause,
  })
}
