import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { parseLogLine, readLines, shows } from '../../../src/runtime/process/log-lines.js'

async function linesOf(...chunks: string[]): Promise<string[]> {
  const stream = new PassThrough()
  const lines: string[] = []
  readLines(stream, (line) => lines.push(line))
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await new Promise((resolve) => stream.on('close', resolve))
  return lines
}

describe('log lines', () => {
  it('are put together from the pieces they come in, the last one without an end too', async () => {
    expect(await linesOf('on', 'e\ntw', 'o\n\nthr', 'ee')).toEqual(['one', 'two', '', 'three'])
  })

  it('are cut where they do not end', async () => {
    const lines = await linesOf('x'.repeat(100_000), '\nnext\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(16_384)
    expect(lines.at(-1)).toBe('next')
  })
})

describe('a log line', () => {
  it('of the runtime has a level, a source and a message', () => {
    expect(parseLogLine('{"level": "warning", "logger": "grait_runtime.models.registry", "message": "slow"}')).toEqual({
      level: 'warn',
      source: 'grait_runtime.models.registry',
      message: 'slow',
      traceback: null,
    })
  })

  it.each(['Loading weights: 50%', '{"level": 3, "message": "x"}', '{broken', '{}'])('of a library, %s, is plain text', (text) => {
    expect(parseLogLine(text)).toEqual({ level: 'info', source: null, message: text, traceback: null })
  })

  it('is shown at its level and above', () => {
    expect(shows('warn', 'error')).toBe(true)
    expect(shows('warn', 'info')).toBe(false)
    expect(shows('silent', 'error')).toBe(false)
  })
})
