/** Progress of a set-up: `done` of `total` steps are finished; `step` is the current one. */
export interface SetupProgress {
  step: string
  done: number
  total: number
  /** A package, a download and its size, or what the set-up waits for. */
  detail?: string | undefined
}

export type ReportSetup = (progress: SetupProgress) => void

/** Counts the steps of one set-up and reports each change. */
export class SetupSteps {
  private step = ''
  private done = 0
  private inStep = false

  constructor(
    private total: number,
    private readonly report: ReportSetup | undefined,
  ) {}

  /** Starts a step; the one before it is done. `counts: false`: not a step by itself, or counted piece by piece. */
  begin(step: string, detail?: string, counts = true): void {
    if (this.inStep) this.done++
    this.inStep = counts
    this.step = step
    this.detail(detail)
  }

  advance(detail: string): void {
    this.done = Math.min(this.done + 1, this.total)
    this.detail(detail)
  }

  /** A package that is not needed here. */
  skip(): void {
    this.total--
  }

  /** Begins again in another way, and says why. */
  restart(why: string): void {
    this.done = 0
    this.inStep = false
    this.step = 'beginning again'
    this.detail(why)
  }

  finish(): void {
    this.done = this.total
    this.inStep = false
    this.step = 'ready'
    this.detail()
  }

  detail(detail?: string): void {
    this.report?.({ step: this.step, done: this.done, total: this.total, detail })
  }
}
