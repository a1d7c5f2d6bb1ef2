import { createReadStream } from 'node:fs'
import { readFault } from '../../disk-fault.js'
import { cancelledBy, GraitError } from '../../errors.js'
import { readingsOf } from './other-encoding.js'
import { refuseOtherFormat } from './other-format.js'
import { requireFile } from './required-file.js'

/** A line of a text file, counted from 1, without its line ending. */
export interface Line {
  number: number
  text: string
}

/** Maximum length of a line, in characters. No question comes close to it, but a file that is not text may be a single line. */
const LONGEST_LINE = 2 ** 24

/**
 * The lines of a UTF-8 file, read as a stream. A byte order mark and Windows line endings are removed.
 * @throws GraitError data_not_found (with the most similar file name there), data_invalid if the file is not UTF-8 or has
 * a line of more than 2^24 characters
 */
export async function* readLines(path: string, signal?: AbortSignal): AsyncGenerator<Line> {
  let parts: string[] = []
  let length = 0
  let number = 0
  const line = (last: string): Line => {
    const text = parts.length === 0 ? last : parts.join('') + last
    parts = []
    length = 0
    return { number: ++number, text: text.endsWith('\r') ? text.slice(0, -1) : text }
  }
  for await (const chunk of readChunks(path, signal)) {
    let start = 0
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      yield line(chunk.slice(start, end))
      start = end + 1
    }
    if (start === chunk.length) continue
    parts.push(chunk.slice(start))
    length += chunk.length - start
    if (length > LONGEST_LINE) throw tooLong(path, number + 1)
  }
  if (parts.length > 0) yield line('')
}

/** The whole text of a UTF-8 file, without a byte order mark. Throws as `readLines` does. */
export async function readText(path: string, signal?: AbortSignal): Promise<string> {
  const chunks: string[] = []
  for await (const chunk of readChunks(path, signal)) chunks.push(chunk)
  try {
    return chunks.join('')
  } catch (cause) {
    throw new GraitError('data_invalid', `${path}: too large to be read as one text`, {
      hint: 'Give the data as JSON Lines, which are read line by line, or as parquet.',
      details: { file: path },
      cause,
    })
  }
}

async function* readChunks(path: string, signal: AbortSignal | undefined): AsyncGenerator<string> {
  await requireFile(path)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch (cause) {
      const good = chunk === undefined ? 0 : goodBytes(chunk)
      const { lines, bad } =
        chunk === undefined ? { lines: 0, bad: undefined } : { lines: newlines(chunk.subarray(0, good)), bad: lineAround(chunk, good) }
      throw notUtf8(path, line + lines, bad, cause)
    }
  }
  let first = true
  for await (const chunk of bytesOf(path, signal)) {
    if (first) refuseOtherFormat(path, chunk)
    first = false
    yield decode(chunk)
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) line += 1
  }
  yield decode()
}

async function* bytesOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { signal })) yield chunk as Uint8Array
  } catch (cause) {
    if (signal?.aborted === true) throw cancelledBy(signal)
    throw readFault(cause, path)
  }
}

/** How many bytes of a chunk come before the first bad one. */
function goodBytes(chunk: Uint8Array): number {
  // The chunk may begin inside a character. Everything before the bad byte decodes; bisection finds where that ends.
  let start = 0
  while (start < 3 && ((chunk[start] ?? 0) & 0xc0) === 0x80) start += 1
  let [good, bad] = [start, chunk.length]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (decodes(chunk.subarray(start, middle))) good = middle
    else bad = middle
  }
  return good
}

const NEWLINE = 10

function newlines(bytes: Uint8Array): number {
  return bytes.reduce((lines, byte) => lines + (byte === NEWLINE ? 1 : 0), 0)
}

/** The line that a byte is in, as far as it lies in the chunk. */
function lineAround(chunk: Uint8Array, at: number): Uint8Array {
  const end = chunk.indexOf(NEWLINE, at)
  return chunk.subarray(chunk.lastIndexOf(NEWLINE, at - 1) + 1, end < 0 ? chunk.length : end)
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

function notUtf8(path: string, line: number, bad: Uint8Array | undefined, cause: unknown): GraitError {
  const readings = bad === undefined ? [] : readingsOf(bad)
  const [only] = readings.length === 1 ? readings : []
  const shown = readings.map(({ encoding, text }) => `${encoding} it reads ${JSON.stringify(text.trim().slice(0, 40))}`)
  const from = only?.encoding ?? 'ITS_ENCODING'
  return new GraitError('data_invalid', `${path}:${line}: not UTF-8 text`, {
    hint:
      `Save the file with the encoding UTF-8 (in Excel: "CSV UTF-8"), or convert it: iconv -f ${from} -t UTF-8 ${path} > NEW.` +
      (shown.length === 0 ? '' : ` Line ${line} shows the encoding: in ${shown.join(', in ')}.`),
    details: { file: path, line },
    cause,
  })
}

function tooLong(path: string, line: number): GraitError {
  return new GraitError('data_invalid', `${path}:${line}: the line is longer than ${LONGEST_LINE.toLocaleString('en-US')} characters`, {
    hint: 'Write one question a line; a list in brackets over a whole file is not JSON Lines.',
    details: { file: path, line },
  })
}
