/**
 * Listens to a run while it works. Give the methods you want to hear, for example `{ warning: console.warn }`; an instance
 * of a class will do. They are called in the order in which things happen.
 */
export interface RunReporter {
  stageStarted?(stage: string, about: string): void
  stageProgress?(stage: string, progress: StageProgress): void
  stageFinished?(stage: string, outcome: { reused: boolean; seconds: number; about: string }): void
  /** Something worth knowing that is not a failure. */
  note?(message: string): void
  warning?(message: string): void
  /** How far a comparison of many tunings is; the stages that follow are part of it. */
  overall?(progress: OverallProgress): void
  /** A line of the runtime's log. */
  log?(level: string, message: string): void
}

/** A reporter that hears everything: what the stages of a run are given. */
export type FullReporter = Required<RunReporter>

/** A reporter for the stages of a run, which passes on what `listener` wants to hear. */
export function fullReporter(listener: RunReporter = {}): FullReporter {
  return {
    stageStarted: (stage, about) => listener.stageStarted?.(stage, about),
    stageProgress: (stage, progress) => listener.stageProgress?.(stage, progress),
    stageFinished: (stage, outcome) => listener.stageFinished?.(stage, outcome),
    note: (message) => listener.note?.(message),
    warning: (message) => listener.warning?.(message),
    overall: (progress) => listener.overall?.(progress),
    log: (level, message) => listener.log?.(level, message),
  }
}

/** Progress of one stage of a run. */
export interface StageProgress {
  done: number
  total: number
  /** What is counted: questions, samples, steps, ... */
  unit: string
  /** Extra text, shown unchanged: a loss, a rate. */
  note?: string | undefined
}

/** Overall progress of a comparison. */
export interface OverallProgress {
  /** Finished tunings and evaluations, including those taken from the cache. */
  done: number
  total: number
  /** Estimated seconds left; left out while too little has been computed for an estimate. */
  secondsLeft?: number | undefined
}

/** The same reporter, told of every stage for whom it works: "craft, seed 2". */
export function labelled(reporter: FullReporter, label: string): FullReporter {
  return {
    ...reporter,
    stageStarted: (stage, about) => reporter.stageStarted(stage, `${label}: ${about}`),
    stageFinished: (stage, outcome) => reporter.stageFinished(stage, { ...outcome, about: `${label}: ${outcome.about}` }),
    note: (message) => reporter.note(`${label}: ${message}`),
    warning: (message) => reporter.warning(`${label}: ${message}`),
  }
}
