import { byteWords } from '../../disk/byte-words.js'
import { duration } from '../../duration.js'
import type { PipEvent } from './pip-output.js'

/** How fast pip's current download comes. */
export class DownloadRate {
  private name = ''
  private begunAtMs = 0

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A line of pip that says which package is downloaded begins the next one. */
  begun(event: PipEvent | undefined): void {
    if (event?.kind !== 'detail' || !event.text.startsWith('downloading ')) return
    this.name = event.text.split(' ')[1] ?? ''
    this.begunAtMs = this.now()
  }

  arrived({ done, total }: { done: number; total: number }, { onDetail }: { onDetail?: ((detail: string) => void) | undefined }): void {
    onDetail?.(this.words(done, total))
  }

  /** "downloading torch: 120.0 MB of 899.7 MB, 12.0 MB/s, 1 min 5 s left" */
  words(done: number, total: number): string {
    const rate = done / Math.max(0.001, (this.now() - this.begunAtMs) / 1000)
    const parts = [`downloading ${this.name}: ${byteWords(done)} of ${byteWords(total)}`]
    if (done > 0 && done < total) parts.push(`${byteWords(rate)}/s`, `${duration((total - done) / rate)} left`)
    return parts.join(', ')
  }
}
