import type { Config } from '../../config/schema.js'
import type { RunContext } from '../context/run-context.js'
import type { StageProgress } from '../reporter.js'

export interface StageStreamOptions {
  onProgress: (progress: StageProgress) => void
  onWarning: (message: string) => void
  signal?: AbortSignal | undefined
}

/** Options for every runtime call made for `stage`: progress, warnings and cancellation. */
export function streamOptions({ reporter, signal }: RunContext, stage: string): StageStreamOptions {
  return {
    onProgress: (progress) => reporter.stageProgress(stage, progress),
    onWarning: (message) => reporter.warning(message),
    signal,
  }
}

/** The part of a stage's key that says how long a model may think. */
export function thinking({ model: { thinkTokens } }: Config): { thinkTokens?: number } {
  return thinkTokens === 0 ? {} : { thinkTokens }
}
