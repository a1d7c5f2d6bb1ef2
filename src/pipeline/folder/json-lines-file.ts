import { readFile } from 'node:fs/promises'
import { GraitError } from '../../errors.js'

/** Reads a JSON Lines file that this pipeline wrote. */
export async function readJsonLines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as T
      } catch (cause) {
        throw new GraitError('data_invalid', `${path}:${index + 1}: not JSON`, {
          hint: 'The file was changed by hand; delete its folder and run again.',
          cause,
        })
      }
    })
}

/** One JSON document a line. */
export function jsonLines(rows: Iterable<unknown>): string {
  let text = ''
  for (const row of rows) text += `${JSON.stringify(row)}\n`
  return text
}
