/**
 * An object that follows a run while it works. Give it only the methods that you need, for example `{ warning: console.warn }`;
 * an instance of a class works too. The methods are called in the order in which things happen.
 */
export interface RunReporter {
  /** Called when a stage starts; `about` describes its work in a few words. */
  stageStarted?(stage: string, about: string): void
  /** Called while a stage works. */
  stageProgress?(stage: string, progress: StageProgress): void
  /** Called when a stage is finished, or was taken from the cache (`reused`). */
  stageFinished?(stage: string, outcome: { reused: boolean; seconds: number; about: string }): void
  /** Called with something that is worth knowing and is not a problem. */
  note?(message: string): void
  /** Called with a problem that does not stop the run. */
  warning?(message: string): void
  /** Called with the overall progress of a comparison, before the stages that belong to it. */
  overall?(progress: OverallProgress): void
  /** Called with each line of the runtime's log. */
  log?(level: string, message: string): void
}

/** A reporter with every method, as the stages of a run get it. */
export type FullReporter = Required<RunReporter>

/** Makes a reporter for the stages of a run, which passes on what `listener` has a method for. */
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
  /** The pieces take very different times, so that their number says nothing about the time left. */
  uneven?: boolean | undefined
}

/** Overall progress of a comparison. */
export interface OverallProgress {
  /** Finished stages of single methods (tunings, evaluations, what rows without training need), including those taken from the cache. */
  done: number
  total: number
  /** Estimated seconds left; left out while too little has been computed for an estimate. */
  secondsLeft?: number | undefined
}

/** Makes a reporter with a label before every message that says whose stage it is: "craft, seed 2". */
export function labelled(listener: RunReporter, label: string): FullReporter {
  const reporter = fullReporter(listener)
  return {
    ...reporter,
    stageStarted: (stage, about) => reporter.stageStarted(stage, `${label}: ${about}`),
    stageFinished: (stage, outcome) => reporter.stageFinished(stage, { ...outcome, about: `${label}: ${outcome.about}` }),
    note: (message) => reporter.note(`${label}: ${message}`),
    warning: (message) => reporter.warning(`${label}: ${message}`),
  }
}
