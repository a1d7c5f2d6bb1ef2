import type { ItemFailure, Result } from '../../bridge/contract.js'
import type { CallOptions } from '../../bridge/open-call.js'
import type { OptionNames } from './known-options.js'

/** The batch plan a stream followed: its hash and its number of batches. */
export interface Plan extends Result<'generate'> {}

/** What every stream takes. */
export interface StreamOptions extends CallOptions {
  /** Most tokens (rows x padded length) in one batch; default: chosen by the runtime from the memory there is. */
  tokenBudget?: number | undefined
  /** Told the plan when the stream has ended. */
  onPlan?: ((plan: Plan) => void) | undefined
}

/** For streams of planned batches, the unit of resume. */
export interface BatchOptions extends StreamOptions {
  /** Planned batches the caller already has; they are not computed again. */
  completed?: readonly number[] | undefined
}

/** For streams of rows in input order. */
export interface RowOptions extends StreamOptions {
  /** Told each item that could not be computed. Without it the stream ends with the error `items_failed`, after all good rows. */
  onFailure?: ((failure: ItemFailure) => void) | undefined
}

/** The fields of a request that cut the input into batches. */
export function planFields(options: BatchOptions): { tokenBudget: number | null; completed: number[] } {
  return { tokenBudget: options.tokenBudget ?? null, completed: [...(options.completed ?? [])] }
}

/** For streams that go on with less at once when memory runs out. */
export interface SplitOptions extends BatchOptions {
  /** `halvings` of the last completed batch, so that those left are cut as they would have been; default 0. */
  halvings?: number | undefined
}

export function splitFields(options: SplitOptions): ReturnType<typeof planFields> & { halvings: number } {
  return { ...planFields(options), halvings: options.halvings ?? 0 }
}

/** Every option of a call: what is not among them is refused. */
export const CALL: OptionNames<CallOptions> = { signal: true, onProgress: true, onWarning: true }
export const STREAM: OptionNames<StreamOptions> = { ...CALL, tokenBudget: true, onPlan: true }
export const BATCHES: OptionNames<BatchOptions> = { ...STREAM, completed: true }
export const SPLIT: OptionNames<SplitOptions> = { ...BATCHES, halvings: true }
export const ROWS: OptionNames<RowOptions> = { ...STREAM, onFailure: true }
