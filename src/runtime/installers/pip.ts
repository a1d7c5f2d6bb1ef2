import { execa } from 'execa'
import { cancelledBy, GraitError } from '../../errors.js'
import { DownloadRate } from './download-rate.js'
import { pipEnv, pipOutput } from './pip-env.js'
import { type PipEvent, pipBytes, pipEvent, tellsBytes } from './pip-output.js'

/** Number of lines of pip's output in an error. */
const KEPT_LINES = 30

export interface PipWatch {
  /** Called for each package found (downloaded or taken from the cache). */
  onPackage?: ((name: string) => void) | undefined
  /** Called for each locked requirement that this platform or Python version does not need. */
  onSkipped?: (() => void) | undefined
  /** Called with what pip is doing, in a few words. */
  onDetail?: ((detail: string) => void) | undefined
  signal?: AbortSignal | undefined
}

/** `python -m pip install ...args` from wheels only (no compiler needed), with progress. `what` names it in an error. */
export async function pipInstall(python: string, what: string, args: string[], watch: PipWatch = {}): Promise<void> {
  const env = await pipEnv(python, watch.signal)
  const version = await pipOutput(python, ['--version'], env, watch.signal)
  // An environment that uv has made has none.
  if (version === '') await execa(python, ['-m', 'ensurepip'], { env, extendEnv: false, reject: false, stdin: 'ignore' })
  const bar = tellsBytes(version) ? 'raw' : 'off'
  const command = ['-m', 'pip', 'install', '--only-binary', ':all:', '--progress-bar', bar, ...args]
  const child = execa(python, command, {
    env,
    extendEnv: false,
    all: true,
    buffer: false,
    reject: false,
    stdin: 'ignore',
    ...(watch.signal && { cancelSignal: watch.signal }),
  })
  const output: string[] = []
  const downloads = new DownloadRate()
  for await (const line of child.iterable({ from: 'all' })) {
    const bytes = pipBytes(line)
    if (bytes !== undefined) {
      downloads.arrived(bytes, watch)
      continue
    }
    output.push(line)
    if (output.length > 10 * KEPT_LINES) output.splice(0, output.length - 5 * KEPT_LINES)
    const event = pipEvent(line)
    downloads.begun(event)
    tell(event, watch)
  }
  const { failed, isCanceled, exitCode, signal } = await child
  if (isCanceled) throw cancelledBy(watch.signal, `installing ${what} was cancelled`)
  if (failed) throw pipError(what, signal ?? `exit ${exitCode}`, output)
}

/** Passes on what a line of output means. */
export function tell(event: PipEvent | undefined, watch: PipWatch): void {
  if (event?.kind === 'package') watch.onPackage?.(event.name)
  if (event?.kind === 'skipped') watch.onSkipped?.()
  if (event?.kind === 'detail') watch.onDetail?.(event.text)
}

/** Texts in pip's errors, and the usual remedy. */
export function pipError(what: string, status: string, output: string[]): GraitError {
  const words = output.filter((line) => !/^(Ignoring |WARNING: Location |Requirement already satisfied)/.test(line)).slice(-KEPT_LINES)
  const errors = words.filter((line) => line.startsWith('ERROR:'))
  const text = (errors.length > 0 ? errors : words.slice(-5)).join('\n')
  return new GraitError('setup_failed', `pip could not install ${what} (${status}):\n${text}`, {
    hint: pipHint(words.join('\n')),
    details: { output: words.join('\n') },
    retryable: true,
  })
}

function pipHint(words: string): string {
  if (/No space left|Disk quota/i.test(words))
    return 'free some disk space, or set GRAIT_HOME (and TMPDIR) to a disk that has it; then run grait setup again'
  if (/DO NOT MATCH THE HASHES/i.test(words))
    return 'a configured package source serves a file that differs from the pinned one; look at `pip config list`, then run grait setup again'
  if (/SSL|CERTIFICATE/i.test(words))
    return 'pip does not trust the certificate of the index or proxy: set PIP_CERT, then run grait setup again'
  if (/NewConnectionError|Max retries|timed out|Temporary failure|Could not fetch|No matching distribution/i.test(words))
    return 'check the network, the proxy (HTTPS_PROXY) and `pip config list`, then run grait setup again; what was downloaded is kept'
  return 'run grait setup again; or bring an interpreter of your own: GRAIT_PYTHON=/path/to/python'
}
