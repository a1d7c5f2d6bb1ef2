import type { FinishedStage } from '../cache/stage-cache.js'
import type { FullReporter } from '../reporter.js'

/** Counts the tunings and evaluations of a comparison and estimates the remaining time from those that were computed. */
export class ComparisonProgress {
  private readonly left = new Map<string, number>()
  private readonly measured = new Map<string, { jobs: number; seconds: number }>()
  private readonly total: number
  private done = 0

  /** @param planned jobs of each kind */
  constructor(
    private readonly reporter: FullReporter,
    planned: ReadonlyMap<string, number>,
  ) {
    for (const [kind, count] of planned) this.left.set(kind, count)
    this.total = [...planned.values()].reduce((sum, count) => sum + count, 0)
    this.tell()
  }

  finished(kind: string, { reused, seconds }: FinishedStage): void {
    if (!reused) {
      const before = this.measured.get(kind) ?? { jobs: 0, seconds: 0 }
      this.measured.set(kind, { jobs: before.jobs + 1, seconds: before.seconds + seconds })
    }
    this.dropped(kind)
  }

  /** A job that will not be done. */
  dropped(kind: string): void {
    this.left.set(kind, (this.left.get(kind) ?? 0) - 1)
    this.done += 1
    this.tell()
  }

  /** Undefined until one job of every remaining kind has been computed. */
  secondsLeft(): number | undefined {
    let seconds = 0
    for (const [kind, count] of this.left) {
      const measured = this.measured.get(kind)
      if (count <= 0) continue
      if (measured === undefined) return undefined
      seconds += (count * measured.seconds) / measured.jobs
    }
    return seconds
  }

  private tell(): void {
    const secondsLeft = this.secondsLeft()
    this.reporter.overall?.({ done: this.done, total: this.total, secondsLeft })
  }
}
