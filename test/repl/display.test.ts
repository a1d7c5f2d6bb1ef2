import { describe, expect, it } from 'vitest'
import { GraitError } from '../../src/errors.js'
import { display } from '../../src/repl/display.js'
import { lastFrameOf } from '../../src/runtime/live/python-traceback.js'

describe('what the prompt prints', () => {
  it('of rows: the first ones as a table, their shape, vectors shortened', () => {
    const rows = Array.from({ length: 12 }, (_, i) => ({ id: `q${i}`, correctness: i / 8, feature: new Float32Array(8192).fill(0.25) }))
    const lines = display(rows, 100).split('\n')
    expect(lines.slice(0, 3)).toEqual([
      'id  correctness  feature',
      '──  ───────────  ───────────────────────',
      'q0            0  [8192] 0.25 0.25 0.25 …',
    ])
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toBe('12 rows, 3 columns; the first 8 are shown')
  })

  it('of a long vector: its length, beginning, range and norm; of a short one all of it', () => {
    expect(
      display(
        Float64Array.from({ length: 1000 }, (_, i) => i),
        80,
      ),
    ).toBe('Float64Array [1000] 0 1 2 3 4 5 …  min 0, max 999, norm 18240')
    expect(display(Float32Array.of(3, 4), 80)).toBe('Float32Array [2] 3 4')
  })

  it('of an object: vectors inside it cut', () => {
    const text = display({ batch: 0, features: new Float32Array(8192) }, 80)
    expect(text).toContain('8186 more items')
    expect(text.length).toBeLessThan(200)
  })

  it('of an error of ours: what is wrong and what to do, no stack', () => {
    expect(display(new GraitError('usage', 'there is no run', { hint: 'Start it with --run.' }), 80)).toBe(
      'usage: there is no run\n  Start it with --run.',
    )
  })
})

describe('a Python traceback', () => {
  it('is its exception and the last frame that is not of the bridge', () => {
    const traceback = `Traceback (most recent call last):
  File "/x/node_modules/pythonia/src/pythonia/Bridge.py", line 365, in onMessage
    return getattr(self, action)(r, ffid, key, args)
           ^^^^^^^^^^^^^^^^
  File "/lib/json/decoder.py", line 355, in raw_decode
    raise JSONDecodeError("Expecting value", s, err.value) from None
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
`
    expect(lastFrameOf(traceback)).toBe(`json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
  at raw_decode (/lib/json/decoder.py:355)
    raise JSONDecodeError("Expecting value", s, err.value) from None`)
  })

  it('keeps every line of a message, and has no frame where only the bridge failed', () => {
    const traceback = `Traceback (most recent call last):
  File "/x/node_modules/pythonia/src/pythonia/Bridge.py", line 198, in call
    v = v(*args, **kwargs)
RuntimeError: first
second
`
    expect(lastFrameOf(traceback)).toBe('RuntimeError: first\nsecond')
  })
})
