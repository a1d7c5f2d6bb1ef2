/** One line on a terminal that is redrawn again and again; permanent lines are written above it. */
export class LivingLine {
  /** False if nothing can be overwritten: in a file, a pipe, or a terminal without control characters. */
  readonly rewrites: boolean

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.rewrites = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  }

  /** Shows `text` instead of what was drawn before, cut to the width; if nothing can be overwritten, as a new line. */
  draw(text: string): void {
    if (!this.rewrites) this.stream.write(`${text}\n`)
    else this.stream.write(`\r\x1b[K${text.slice(0, Math.max(20, (this.stream.columns ?? 80) - 1))}`)
  }

  /** Writes a permanent line. */
  print(text: string): void {
    this.clear()
    this.stream.write(`${text}\n`)
  }

  /** Removes what was drawn. */
  clear(): void {
    if (this.rewrites) this.stream.write('\r\x1b[K')
  }
}
