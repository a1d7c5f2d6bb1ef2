import { parentPort, workerData } from 'node:worker_threads'
import { cancelledBy, type ErrorCode, GraitError } from '../../errors.js'
import { startWorker } from '../../worker-module.js'

type Answer =
  | { result: unknown }
  | { error: { code: ErrorCode; message: string; hint: string | undefined; details: Record<string, unknown> } }

/**
 * Runs the module at `url`, which calls `answerAsWorker`, in its own thread, so that progress and Ctrl-C keep working.
 * Arguments and return values are copied (structured clone). Aborting ends the thread immediately.
 */
export function runInWorker<Given, Result>(url: URL, given: Given, signal?: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(cancelledBy(signal, 'the computation was cancelled'))
    const worker = startWorker(url, given)
    const abort = () => {
      void worker.terminate()
      reject(cancelledBy(signal, 'the computation was cancelled'))
    }
    signal?.addEventListener('abort', abort, { once: true })
    worker.once('message', (answer: Answer) => {
      if ('result' in answer) resolve(answer.result as Result)
      else reject(raised(answer.error))
    })
    worker.once('error', reject)
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', abort)
      reject(new GraitError('internal', `the thread of ${url.pathname} ended with ${code} and gave no answer`))
    })
  })
}

/** Called in the worker's module: answers with the result of `work` for the given value. */
export async function answerAsWorker<Given, Result>(work: (given: Given) => Promise<Result>): Promise<void> {
  const answer = (value: Answer) => parentPort?.postMessage(value)
  try {
    answer({ result: await work(workerData as Given) })
  } catch (error) {
    if (!(error instanceof GraitError)) throw error
    const { code, message, hint, details } = error
    answer({ error: { code, message, hint, details } })
  }
}

function raised({ code, message, hint, details }: Extract<Answer, { error: unknown }>['error']): GraitError {
  return new GraitError(code, message, { details, hint })
}
