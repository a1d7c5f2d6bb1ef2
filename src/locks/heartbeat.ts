import { extname } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { startWorker } from '../worker-module.js'

/** What the thread is asked: to keep a lock fresh, or to stop. */
export type HeartbeatRequest = { id: string; path: string; everyMs: number } | { stop: string }
/** What it tells: that a lock is being kept fresh, or that it is another's now. */
export type HeartbeatAnswer = { beating: string } | { lost: string }

interface Beating {
  started(): void
  lost(): void
}

const WORKER = new URL(`./heartbeat-worker${extname(import.meta.url)}`, import.meta.url)

/** One thread keeps all locks of this process fresh; it does not keep the process alive. */
let worker: Worker | undefined
/** Locks that wait for their first heartbeat; while there are any, the thread does keep the process alive. */
let starting = 0
const beating = new Map<string, Beating>()

/**
 * Keeps a lock fresh from a thread of its own, so that it survives minutes of computing on the main thread. Resolves once the thread
 * does so.
 * @param lost called if the lock is another's now, or if the thread ended
 * @returns a function that stops
 */
export async function keepFresh(id: string, path: string, everyMs: number, lost: () => void): Promise<() => void> {
  const thread = heartbeatThread()
  starting += 1
  thread.ref()
  await new Promise<void>((started) => {
    beating.set(id, {
      started,
      lost: () => {
        lost()
        started()
      },
    })
    ask(thread, { id, path, everyMs })
  })
  starting -= 1
  if (starting === 0) thread.unref()
  return () => {
    beating.delete(id)
    ask(thread, { stop: id })
  }
}

function ask(thread: Worker, request: HeartbeatRequest): void {
  thread.postMessage(request)
}

function heartbeatThread(): Worker {
  if (worker !== undefined) return worker
  const made = startWorker(WORKER)
  worker = made
  made.on('message', (answer: HeartbeatAnswer) => {
    if ('beating' in answer) beating.get(answer.beating)?.started()
    else beating.get(answer.lost)?.lost()
  })
  const ended = () => {
    if (worker === made) worker = undefined
    for (const each of [...beating.values()]) each.lost()
    beating.clear()
  }
  made.on('error', ended)
  made.on('exit', ended)
  made.unref()
  return made
}
