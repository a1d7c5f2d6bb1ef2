/** What a run tells while it works; the command line draws it, a script may listen. All methods are called in order. */
export interface RunReporter {
  stageStarted(stage: string, about: string): void
  stageProgress(stage: string, progress: StageProgress): void
  stageFinished(stage: string, outcome: { reused: boolean; seconds: number; about: string }): void
  /** Something worth knowing that is no failure. */
  note(message: string): void
  warning(message: string): void
  /** A line of the runtime's log. */
  log(level: string, message: string): void
}

export interface StageProgress {
  done: number
  total: number
  /** questions, samples, steps, ... */
  unit: string
  /** Shown as it is: a loss, a rate. */
  note?: string
}

export const silentReporter: RunReporter = {
  stageStarted: () => undefined,
  stageProgress: () => undefined,
  stageFinished: () => undefined,
  note: () => undefined,
  warning: () => undefined,
  log: () => undefined,
}
