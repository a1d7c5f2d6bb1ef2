import type { Prediction } from '../../data/files/checked-prediction.js'

/** The answers of one method, by question id. */
export interface AnsweredBy {
  method: string
  /** Where the answers come from, for the notes; default: the method's name. */
  source?: string | undefined
  predictions: ReadonlyMap<string, Prediction>
}
