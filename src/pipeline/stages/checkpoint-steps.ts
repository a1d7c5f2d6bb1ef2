/** Optimizer steps between two checkpoints: what a killed training loses at most. */
export const CHECKPOINT_STEPS = 10
