/** The stages of a run, in order; `flow` runs only for methods that need it. */
export const STAGES = ['knowledge', 'rehearsal', 'flow', 'gradients', 'selection', 'tuning', 'evaluation', 'report'] as const
/** A stage of a run, for example `knowledge`; see `RunOptions.until`. */
export type StageName = (typeof STAGES)[number]
