/** The stages of a run, in their order; `flow` runs only for methods that ask for it. */
export const STAGES = ['knowledge', 'rehearsal', 'flow', 'gradients', 'selection', 'tuning', 'evaluation', 'report'] as const
export type StageName = (typeof STAGES)[number]
