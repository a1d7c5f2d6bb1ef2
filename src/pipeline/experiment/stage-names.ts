/** The stages of a run, in order; `flow` runs only for methods that need it. */
export const STAGES = ['knowledge', 'rehearsal', 'flow', 'gradients', 'selection', 'tuning', 'evaluation', 'report'] as const
export type StageName = (typeof STAGES)[number]
