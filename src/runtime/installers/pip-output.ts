/** The meaning of a line of pip's output. */
export type PipEvent = { kind: 'package'; name: string } | { kind: 'skipped' } | { kind: 'detail'; text: string }

/** Parses one line of `pip install`; undefined for lines without information about progress. */
export function pipEvent(line: string): PipEvent | undefined {
  const collecting = /^Collecting ([\w.-]+)/.exec(line)
  if (collecting) return { kind: 'package', name: collecting[1]! }
  const local = /^Processing (?:.*[/\\])?([\w.]+)-[^/\\]*\.whl/.exec(line)
  if (local) return { kind: 'package', name: local[1]!.replaceAll('_', '-') }
  if (/^Ignoring [\w.-]+: markers/.test(line)) return { kind: 'skipped' }
  const download = /^\s+(Downloading|Using cached) (?:.*\/)?([\w.]+)-[^/]*?(?: \(([^)]+)\))?$/.exec(line)
  if (download) {
    const [, verb, name, size] = download
    return {
      kind: 'detail',
      text: `${verb === 'Downloading' ? 'downloading' : 'cached'} ${name!.replaceAll('_', '-')}${size ? ` (${size})` : ''}`,
    }
  }
  if (line.startsWith('Installing collected packages')) return { kind: 'detail', text: 'installing' }
  return undefined
}

/** The bytes of a download that are there, and all of them: a line of `--progress-bar raw`. */
export function pipBytes(line: string): { done: number; total: number } | undefined {
  const [, done, total] = /^Progress (\d+) of (\d+)$/.exec(line.trim()) ?? []
  return done === undefined || total === undefined ? undefined : { done: Number(done), total: Number(total) }
}

/** Whether a pip, by the output of `pip --version`, tells of bytes: 24.1 and newer. */
export function tellsBytes(version: string): boolean {
  const [major = 0, minor = 0] = (/^pip (\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number)
  return major > 24 || (major === 24 && minor >= 1)
}
