import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { nearestName } from '../config/unknown-key.js'
import { GraitError } from '../errors.js'

/** A line of a text file, counted from 1, without its line ending. */
export interface Line {
  number: number
  text: string
}

/**
 * The lines of a UTF-8 file, read as a stream. A byte order mark and Windows line endings are taken off.
 * @throws GraitError data_not_found (with the nearest file name beside it), data_invalid where the file is not UTF-8
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  let rest = ''
  let number = 0
  for await (const text of readChunks(path)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() as string
    for (const line of lines) yield { number: ++number, text: line.endsWith('\r') ? line.slice(0, -1) : line }
  }
  if (rest !== '') yield { number: ++number, text: rest.endsWith('\r') ? rest.slice(0, -1) : rest }
}

/** The whole text of a UTF-8 file, without a byte order mark. Throws as `readLines` does. */
export async function readText(path: string): Promise<string> {
  let text = ''
  for await (const chunk of readChunks(path)) text += chunk
  return text
}

async function* readChunks(path: string): AsyncGenerator<string> {
  await requireFile(path)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(path)) yield decoder.decode(chunk as Uint8Array, { stream: true })
    yield decoder.decode()
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new GraitError('data_invalid', `${path}: not UTF-8 text`, {
      hint: 'Save the file with the encoding UTF-8.',
      details: { file: path },
      cause,
    })
  }
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() === true) return
  if (found !== undefined) {
    throw new GraitError('data_not_found', `${path}: not a file`, { hint: 'Name a file of questions.', details: { file: path } })
  }
  const beside = await readdir(dirname(path)).catch(() => undefined)
  const near = nearestName(basename(path), beside ?? [])
  const hint =
    near !== undefined
      ? `Did you mean ${join(dirname(path), near)}?`
      : beside === undefined
        ? `The folder ${dirname(path)} is not there either.`
        : 'Check the path; it is taken from the current folder.'
  throw new GraitError('data_not_found', `${path}: no such file`, { hint, details: { file: path } })
}
