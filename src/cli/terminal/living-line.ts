/** One line on a terminal that is drawn anew again and again; lines that stay are written above it. */
export class LivingLine {
  /** False where nothing can be overwritten: a file, a pipe, a terminal without control characters. */
  readonly rewrites: boolean

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.rewrites = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  }

  /** Shows `text` in place of what was drawn before, cut to the width; elsewhere as a line of its own. */
  draw(text: string): void {
    if (!this.rewrites) this.stream.write(`${text}\n`)
    else this.stream.write(`\r\x1b[K${text.slice(0, Math.max(20, (this.stream.columns ?? 80) - 1))}`)
  }

  /** Writes a line that stays. */
  print(text: string): void {
    this.clear()
    this.stream.write(`${text}\n`)
  }

  /** Removes what was drawn. */
  clear(): void {
    if (this.rewrites) this.stream.write('\r\x1b[K')
  }
}
