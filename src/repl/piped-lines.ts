import { createInterface } from 'node:readline'
import { PassThrough, Writable } from 'node:stream'

/**
 * Streams for a prompt whose input is a file or a pipe: each line is passed on when the previous one is done, that is, when the
 * prompt appears again. (Node's own prompt would start all lines at once, even awaited ones.)
 */
export function pipedLines(input: NodeJS.ReadableStream, output: NodeJS.WritableStream, prompt: string) {
  const lines = createInterface({ input })[Symbol.asyncIterator]()
  const given = new PassThrough()
  const giveNext = async () => {
    const { done, value } = await lines.next()
    if (done === true) given.end()
    else given.write(`${value}\n`)
  }
  const watched = new Writable({
    write(chunk: Buffer, _, written) {
      const text = chunk.toString()
      output.write(chunk, () => written())
      if (text.endsWith(prompt) || text.endsWith(CONTINUED)) void giveNext()
    },
  })
  return { input: given, output: watched, terminal: false }
}

/** Node's prompt inside an unfinished statement. */
const CONTINUED = '... '
