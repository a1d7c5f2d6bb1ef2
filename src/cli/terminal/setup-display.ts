import type { SetupProgress } from '../../runtime/provision/setup-steps.js'
import { LivingLine } from './living-line.js'

/** How often a long step is reported again if the line cannot be overwritten. */
const REPEAT_MS = 15_000

/** Progress of the set-up: one rewritten line on a terminal, otherwise one line per step. */
export class SetupDisplay {
  private readonly begun = Date.now()
  private readonly living: LivingLine
  private last: SetupProgress | undefined
  private told = { step: '', atMs: 0 }
  private timer: NodeJS.Timeout | undefined

  constructor(stream: NodeJS.WriteStream) {
    this.living = new LivingLine(stream)
  }

  show(progress: SetupProgress): void {
    this.last = progress
    this.timer ??= setInterval(() => this.draw(), 1000).unref()
    this.draw()
  }

  /** Clears the line on the terminal. */
  close(): void {
    clearInterval(this.timer)
    if (this.last !== undefined) this.living.clear()
    this.last = undefined
  }

  private draw(): void {
    if (this.last === undefined) return
    const line = progressLine(this.last, Math.round((Date.now() - this.begun) / 1000))
    if (this.living.rewrites) this.living.draw(line)
    else if (this.last.step !== this.told.step || Date.now() - this.told.atMs >= REPEAT_MS) {
      this.told = { step: this.last.step, atMs: Date.now() }
      this.living.draw(line)
    }
  }
}

/** "setup 12/52  packages: numpy  (14 s)" */
export function progressLine({ step, done, total, detail }: SetupProgress, seconds: number): string {
  return `setup ${done}/${total}  ${step}${detail === undefined ? '' : `: ${detail}`}  (${seconds} s)`
}
