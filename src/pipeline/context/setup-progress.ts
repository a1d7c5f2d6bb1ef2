import type { SetupProgress } from '../../runtime/provision/setup-steps.js'
import type { StageProgress } from '../reporter.js'

/** A set-up as a stage that works: one of its steps, PyTorch, takes longer than all others, and its detail says how far it is. */
export function setupStageProgress({ done, total, step, detail }: SetupProgress): StageProgress {
  return { done, total, unit: 'steps', note: detail === undefined ? step : `${step}: ${detail}`, uneven: true }
}
