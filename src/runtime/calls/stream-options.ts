import type { ItemFailure, Result } from '../../bridge/contract.js'
import type { CallOptions } from '../../bridge/open-call.js'
import type { OptionNames } from './known-options.js'

/** The batch plan of a stream: its number of batches, and a hash of the plan and of everything that decides the bytes. */
export interface Plan extends Result<'generate'> {}

/** Options that every stream accepts. */
export interface StreamOptions extends CallOptions {
  /** Maximum number of tokens (rows x padded length) in one batch; default: chosen by the runtime from the available memory. */
  tokenBudget?: number | undefined
  /** Called with the plan when the stream has ended. */
  onPlan?: ((plan: Plan) => void) | undefined
}

/** Options for streams of planned batches. An interrupted stream can be resumed batch by batch. */
export interface BatchOptions extends StreamOptions {
  /** Indices of planned batches that the caller already has; they are not computed again. */
  completed?: readonly number[] | undefined
  /** `halvings` of the last completed batch, so that the remaining batches are divided in the same way; default 0. */
  halvings?: number | undefined
}

/** Options for streams of rows in input order. */
export interface RowOptions extends StreamOptions {
  /** Called with each item that failed. Without it the stream ends with the error `items_failed`, after all successful rows. */
  onFailure?: ((failure: ItemFailure) => void) | undefined
}

/** The fields of a request that determine the batches. */
export function planFields(options: BatchOptions): { tokenBudget: number | null; completed: number[]; halvings: number } {
  return { tokenBudget: options.tokenBudget ?? null, completed: [...(options.completed ?? [])], halvings: options.halvings ?? 0 }
}

/** Every option of a call; any other option is rejected. */
export const CALL: OptionNames<CallOptions> = { signal: true, onProgress: true, onWarning: true }
export const STREAM: OptionNames<StreamOptions> = { ...CALL, tokenBudget: true, onPlan: true }
export const BATCHES: OptionNames<BatchOptions> = { ...STREAM, completed: true, halvings: true }
export const ROWS: OptionNames<RowOptions> = { ...STREAM, onFailure: true }
