import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Heartbeat } from '../../src/bridge/heartbeat.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function heartbeat() {
  const ping = vi.fn()
  const onSilent = vi.fn()
  return { ping, onSilent, beat: new Heartbeat({ intervalMs: 1_000, limitMs: 5_000, ping, onSilent }) }
}

describe('the heartbeat', () => {
  it('reports silence once, when pings went unanswered for the limit', () => {
    const { ping, onSilent } = heartbeat()
    vi.advanceTimersByTime(5_000)
    expect(ping).toHaveBeenCalledTimes(5)
    expect(onSilent).not.toHaveBeenCalled()
    vi.advanceTimersByTime(60_000)
    expect(onSilent).toHaveBeenCalledTimes(1)
  })

  it('starts counting anew at every pong', () => {
    const { onSilent, beat } = heartbeat()
    for (let i = 0; i < 5; i += 1) {
      vi.advanceTimersByTime(4_000)
      beat.pong()
    }
    expect(onSilent).not.toHaveBeenCalled()
  })

  it('is quiet after stop', () => {
    const { ping, onSilent, beat } = heartbeat()
    beat.stop()
    vi.advanceTimersByTime(60_000)
    expect(ping).not.toHaveBeenCalled()
    expect(onSilent).not.toHaveBeenCalled()
  })
})
