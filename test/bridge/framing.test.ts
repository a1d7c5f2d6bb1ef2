import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { describe, expect, it } from 'vitest'
import { decodeMessage, encodeHeader, portable } from '../../src/bridge/framing.js'

const plain = new Packr({ useRecords: false, mapsAsObjects: true })

function call(request: unknown): Buffer {
  return encodeHeader({ kind: 'call', id: 1, operation: 'noop', request, credit: 0 })
}

/** msgpackr renames this one key on decoding, so that no message can change a prototype. */
const withoutProto = (value: unknown) => !JSON.stringify(value).includes('"__proto__":')

describe('a header', () => {
  it('comes back as it was sent, whatever JSON value the request is', () => {
    fc.assert(
      fc.property(fc.jsonValue().filter(withoutProto), (request) => {
        const { request: read } = plain.unpack(call(request)) as { request: unknown }
        expect(JSON.stringify(read, (_, v) => (typeof v === 'bigint' ? Number(v) : v))).toBe(
          JSON.stringify(portable(request), (_, v) => (typeof v === 'bigint' ? Number(v) : v)),
        )
      }),
    )
  })

  it('carries integers beyond 32 bits as integers, since the runtime refuses a float for a seed', () => {
    for (const seed of [2 ** 32, Number.MAX_SAFE_INTEGER, -(2 ** 31) - 1, Number.MIN_SAFE_INTEGER]) {
      const bytes = call({ seed })
      expect(bytes.includes(0xcb), `no float64 in the encoding of ${seed}`).toBe(false)
      expect(Number((plain.unpack(bytes) as { request: { seed: bigint } }).request.seed)).toBe(seed)
    }
  })

  it('carries half a surrogate pair as the replacement character, so that the bytes stay UTF-8', () => {
    const bytes = call({ texts: ['a\ud83d', '\udc00b', '😀'] })
    expect(plain.unpack(bytes)).toMatchObject({ request: { texts: ['a\ufffd', '\ufffdb', '😀'] } })
  })

  it('leaves a field out that is undefined, which no other msgpack reader knows', () => {
    const bytes = call({ seed: 1, dtype: undefined, lora: { rank: undefined } })
    expect((plain.unpack(bytes) as { request: unknown }).request).toStrictEqual({ seed: 1, lora: {} })
  })

  it('shares what needs no change instead of copying it', () => {
    const request = { items: [{ id: 'a' }], seed: 7 }
    expect(portable(request)).toBe(request)
  })
})

describe('a message of the runtime', () => {
  it('is its header and the raw frames after it', () => {
    const frame = Buffer.from([1, 2, 3])
    const message = decodeMessage([plain.pack({ kind: 'item', id: 4, item: { batch: 0 } }), frame])
    expect(message.header).toEqual({ kind: 'item', id: 4, item: { batch: 0 } })
    expect(message.frames).toEqual([frame])
  })

  it.each([
    ['bytes that are no msgpack', [Buffer.from('c1ff', 'hex')]],
    ['an empty message', []],
    ['a number', [plain.pack(3)]],
    ['a header of an unknown kind', [plain.pack({ kind: 'hello', id: 1 })]],
    ['a header with a field too many', [plain.pack({ kind: 'pong', id: 1, more: 1 })]],
  ])('is refused where it is %s', (_, parts) => {
    expect(() => decodeMessage(parts)).toThrowError(expect.objectContaining({ code: 'protocol_mismatch' }))
  })
})
