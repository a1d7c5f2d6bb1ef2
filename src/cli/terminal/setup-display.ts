import type { SetupProgress } from '../../runtime/provision/setup-steps.js'

/** Where nothing can be overwritten, a step that takes long is told again this often. */
const REPEAT_MS = 15_000

/** Progress of the set-up: one line that is rewritten on a terminal, else a line a step. */
export class SetupDisplay {
  private readonly begun = Date.now()
  private readonly rewrites: boolean
  private last: SetupProgress | undefined
  private told = { step: '', atMs: 0 }
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.rewrites = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  }

  show(progress: SetupProgress): void {
    this.last = progress
    this.timer ??= setInterval(() => this.draw(), 1000).unref()
    this.draw()
  }

  /** Leave the terminal with an empty line. */
  close(): void {
    clearInterval(this.timer)
    if (this.rewrites && this.last !== undefined) this.stream.write('\r\u001b[K')
    this.last = undefined
  }

  private draw(): void {
    if (this.last === undefined) return
    const line = progressLine(this.last, Math.round((Date.now() - this.begun) / 1000))
    if (this.rewrites) this.stream.write(`\r\u001b[K${line.slice(0, Math.max(20, (this.stream.columns ?? 80) - 1))}`)
    else if (this.last.step !== this.told.step || Date.now() - this.told.atMs >= REPEAT_MS) {
      this.told = { step: this.last.step, atMs: Date.now() }
      this.stream.write(`${line}\n`)
    }
  }
}

/** "setup 12/52  packages: numpy  (14 s)" */
export function progressLine({ step, done, total, detail }: SetupProgress, seconds: number): string {
  return `setup ${done}/${total}  ${step}${detail === undefined ? '' : `: ${detail}`}  (${seconds} s)`
}
