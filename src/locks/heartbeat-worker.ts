/** The thread that keeps this process's locks fresh, whatever the main thread computes. */
import { utimesSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import type { HeartbeatAnswer, HeartbeatRequest } from './heartbeat.js'
import { ownerFile, readLockFolder } from './lock-folder.js'

const timers = new Map<string, NodeJS.Timeout>()
const answer = (value: HeartbeatAnswer) => parentPort?.postMessage(value)

parentPort?.on('message', (request: HeartbeatRequest) => {
  if ('stop' in request) return end(request.stop)
  const { id, path, everyMs } = request
  timers.set(
    id,
    setInterval(() => beat(id, path), everyMs),
  )
  beat(id, path)
  answer({ beating: id })
})

function beat(id: string, path: string): void {
  try {
    const ours = readLockFolder(path)?.owner?.id === id
    const now = new Date()
    if (ours) utimesSync(ownerFile(path), now, now)
    else lose(id)
  } catch {
    // The disk can't be reached now; the next beat may.
  }
}

function lose(id: string): void {
  end(id)
  answer({ lost: id })
}

function end(id: string): void {
  clearInterval(timers.get(id))
  timers.delete(id)
}
