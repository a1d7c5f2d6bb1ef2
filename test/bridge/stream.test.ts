import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RuntimeSession } from '../../src/runtime/process/session.js'
import { generateRequest, openFixture } from '../fixtures/fixture-command.js'

const WINDOW = 3
let session: RuntimeSession
const opened: RuntimeSession[] = []

async function open(name: string): Promise<RuntimeSession> {
  const fixture = await openFixture(name, { limits: { window: WINDOW, cancelMs: 500 } })
  opened.push(fixture)
  return fixture
}

beforeEach(async () => {
  session = await open('streams')
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((fixture) => fixture.close()))
})

function textOf(item: { rows: { texts: string[] }[] }): string {
  return item.rows[0]!.texts[0]!
}

describe('a stream', () => {
  it('gives every item in the order sent, then the result', async () => {
    const stream = session.client.stream('generate', generateRequest())
    const batches: number[] = []
    let next = await stream.next()
    for (; next.done !== true; next = await stream.next()) batches.push(next.value.item.batch)
    expect(batches).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(next.value).toEqual({ plan: 'p', batches: 10 })
  })

  it('never has more than the window sent but not taken, however slow the consumer', async () => {
    const done: number[] = []
    let taken = 0
    for await (const _ of session.client.stream('generate', generateRequest(2), { onProgress: (progress) => done.push(progress.done) })) {
      taken += 1
      if (taken < 4) await delay(80)
      // Progress k comes just before item k: what the runtime has sent so far is the last progress + 1.
      expect(done.at(-1)! + 1 - taken).toBeLessThanOrEqual(WINDOW)
    }
    expect(taken).toBe(20)
  })

  it('is cancelled by leaving the loop, and the runtime has stopped when the loop is left', async () => {
    for await (const { item } of session.client.stream('generate', generateRequest(100))) if (item.batch === 5) break
    expect(session.client.waiting).toBe(0)
    const again = session.client.stream('generate', generateRequest())
    const first = await again.next()
    expect(first.done === true ? '' : textOf(first.value.item)).toBe('1 sent, 1 cancelled')
    await again.return(undefined as never)
  })

  it('rejects with cancelled when its signal aborts, and leaves other streams alone', async () => {
    const abort = new AbortController()
    const other = session.client.stream('generate', generateRequest())
    await other.next()
    const reading = (async () => {
      for await (const { item } of session.client.stream('generate', generateRequest(100), { signal: abort.signal })) {
        if (item.batch === 5) abort.abort()
      }
    })()
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    let rest = 0
    for await (const _ of other) rest += 1
    expect(rest).toBe(9)
  })

  it('ends with the error of a callback that throws', async () => {
    const reading = (async () => {
      const onProgress = () => {
        throw new TypeError('mine')
      }
      for await (const _ of session.client.stream('generate', generateRequest(), { onProgress })) expect.unreachable()
    })()
    await expect(reading).rejects.toThrow(new TypeError('mine'))
    await session.client.call('noop', {})
  })

  it('lets its consumer make calls inside the loop, though the runtime runs one call at a time', async () => {
    const serial = await open('one-at-a-time')
    const batches: number[] = []
    for await (const { item } of serial.client.stream('generate', generateRequest())) {
      await serial.client.call('noop', {})
      batches.push(item.batch)
    }
    expect(batches).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })

  it('is ended where the runtime sends more than was granted', async () => {
    const greedy = await open('ignores-credit')
    const stream = greedy.client.stream('generate', generateRequest())
    await stream.next()
    await delay(200)
    await expect(stream.next()).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('more items than') })
  })
})

describe('a call', () => {
  it('waits for its turn where very many are made at once, and they end in order', async () => {
    const order: number[] = []
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => session.client.call('noop', {}).then(() => order.push(index))))
    expect(order).toEqual(Array.from({ length: 1_000 }, (_, index) => index))
  })

  it('that has not been sent yet is cancelled at once', async () => {
    const deaf = await open('ignores-cancel')
    const sent = Array.from({ length: 128 }, () => deaf.client.call('noop', {}).catch(() => {}))
    const start = performance.now()
    await expect(deaf.client.call('noop', {}, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'cancelled' })
    expect(performance.now() - start).toBeLessThan(400)
    await deaf.close()
    await Promise.all(sent)
  })

  it('is refused before it is sent where a field is wrong, naming the field', async () => {
    const request = {
      ...generateRequest(),
      items: [
        { id: 'a', messages: null, prompt: 'p' },
        { id: 'b', messages: null, prompt: 7 as never },
      ],
    }
    await expect(session.client.stream('generate', request).next()).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('items[1].prompt'),
    })
    expect(session.client.waiting).toBe(0)
  })

  it('is not sent where its signal is already aborted', async () => {
    await expect(session.client.call('noop', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('rejects with cancelled after the limit where the runtime does not answer to the cancellation', async () => {
    const deaf = await open('ignores-cancel')
    const start = performance.now()
    await expect(deaf.client.call('noop', {}, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: 'cancelled' })
    expect(performance.now() - start).toBeGreaterThan(500)
  })

  it('fails alone where a result or an item is not as agreed, naming the field', async () => {
    const broken = await open('breaks-contract')
    await expect(broken.client.call('noop', {})).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('surprise') })
    await expect(broken.client.stream('generate', generateRequest()).next()).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('rows'),
    })
    await expect(broken.client.call('noop', {})).rejects.toMatchObject({ code: 'internal' })
  })
})
