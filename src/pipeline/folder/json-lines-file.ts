import { notJson, readStoredText } from './stored-json.js'

/** Reads a JSON Lines file that this pipeline wrote. */
export async function readJsonLines<T>(path: string): Promise<T[]> {
  const text = await readStoredText(path)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as T
      } catch (cause) {
        throw notJson(`${path}:${index + 1}`, cause)
      }
    })
}

/** One JSON document a line. */
export function jsonLines(rows: Iterable<unknown>): string {
  let text = ''
  for (const row of rows) text += `${JSON.stringify(row)}\n`
  return text
}
