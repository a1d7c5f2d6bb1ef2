import { describe, expect, it } from 'vitest'
import type { TensorRef } from '../../src/bridge/contract.js'
import { widenFloat16 } from '../../src/bridge/float16.js'
import { tensorView } from '../../src/bridge/tensors.js'

const numbers = Float32Array.of(1, 2, 3, 4, 5, 6)

function at(offset: number): Uint8Array {
  const bytes = new Uint8Array(offset + numbers.byteLength)
  bytes.set(new Uint8Array(numbers.buffer), offset)
  return bytes.subarray(offset)
}

describe('a tensor', () => {
  it('is a view over the received frame, not a copy', () => {
    const frame = at(8)
    const view = tensorView({ dtype: 'float32', shape: [2, 3], frame: 1 }, [new Uint8Array(), frame], 'float32')
    expect([...view]).toEqual([...numbers])
    expect(view.buffer).toBe(frame.buffer)
  })

  it('is copied only where the frame starts off the element size', () => {
    const frame = at(3)
    const view = tensorView({ dtype: 'float32', shape: [6], frame: 0 }, [frame], 'float32')
    expect([...view]).toEqual([...numbers])
    expect(view.buffer).not.toBe(frame.buffer)
  })

  it('may be empty', () => {
    expect(tensorView({ dtype: 'float64', shape: [0, 7], frame: 0 }, [new Uint8Array()], 'float64')).toHaveLength(0)
  })

  it.each<[string, TensorRef]>([
    ['another dtype than expected', { dtype: 'int32', shape: [6], frame: 0 }],
    ['a frame that did not come', { dtype: 'float32', shape: [6], frame: 1 }],
    ['a shape that does not fit its frame', { dtype: 'float32', shape: [5], frame: 0 }],
  ])('is refused with %s', (_, ref) => {
    expect(() => tensorView(ref, [at(0)], 'float32')).toThrowError(expect.objectContaining({ code: 'internal' }))
  })
})

describe('half precision', () => {
  it('widens to the numbers the bits stand for', () => {
    const bits = Uint16Array.of(0x0000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0400, 0x0001, 0x7c00, 0xfc00)
    const expected = [0, 1, -2, 0.333251953125, 65504, 2 ** -14, 2 ** -24, Infinity, -Infinity]
    expect([...widenFloat16(bits)]).toEqual(expected)
  })

  it('keeps NaN and the sign of zero', () => {
    const [nan, zero] = widenFloat16(Uint16Array.of(0x7e00, 0x8000))
    expect(nan).toBeNaN()
    expect(Object.is(zero, -0)).toBe(true)
  })
})
