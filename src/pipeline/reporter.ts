/** What a run tells while it works; the command line draws it, a script may listen. All methods are called in order. */
export interface RunReporter {
  stageStarted(stage: string, about: string): void
  stageProgress(stage: string, progress: StageProgress): void
  stageFinished(stage: string, outcome: { reused: boolean; seconds: number; about: string }): void
  /** Something worth knowing that is no failure. */
  note(message: string): void
  warning(message: string): void
  /** How far a comparison of many tunings is; the stages that follow are part of it. */
  overall?(progress: OverallProgress): void
  /** A line of the runtime's log. */
  log(level: string, message: string): void
}

/** How far a stage of a run is. */
export interface StageProgress {
  done: number
  total: number
  /** questions, samples, steps, ... */
  unit: string
  /** Shown as it is: a loss, a rate. */
  note?: string
}

/** How far a comparison is. */
export interface OverallProgress {
  /** Tunings and evaluations, those that were there already among them. */
  done: number
  total: number
  /** From those that were computed; left out where that says too little. */
  secondsLeft?: number
}

/** The same reporter, told of every stage for whom it works: "craft, seed 2". */
export function labelled(reporter: RunReporter, label: string): RunReporter {
  return {
    ...reporter,
    stageStarted: (stage, about) => reporter.stageStarted(stage, `${label}: ${about}`),
    stageFinished: (stage, outcome) => reporter.stageFinished(stage, { ...outcome, about: `${label}: ${outcome.about}` }),
    note: (message) => reporter.note(`${label}: ${message}`),
    warning: (message) => reporter.warning(`${label}: ${message}`),
  }
}

export const silentReporter: RunReporter = {
  stageStarted: () => undefined,
  stageProgress: () => undefined,
  stageFinished: () => undefined,
  note: () => undefined,
  warning: () => undefined,
  log: () => undefined,
}
