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
