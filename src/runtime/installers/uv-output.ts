import type { PipEvent } from './pip-output.js'

/** Parses one line of `uv pip install`; undefined for lines without information about progress. */
export function uvEvent(line: string): PipEvent | undefined {
  const installed = /^ \+ ([\w.-]+)==/.exec(line)
  if (installed) return { kind: 'package', name: installed[1]! }
  const download = /^Downloading ([\w.-]+) \(([\d.]+)([KMG])iB\)/.exec(line)
  if (download) return { kind: 'detail', text: `downloading ${download[1]} (${download[2]} ${download[3]}iB)` }
  const downloaded = /^ Downloaded ([\w.-]+)/.exec(line)
  if (downloaded) return { kind: 'detail', text: `downloaded ${downloaded[1]}` }
  if (/^Prepared \d+ package/.test(line)) return { kind: 'detail', text: 'installing' }
  return undefined
}

/** Whether `uv pip install --dry-run` would install PyTorch's build without CUDA. */
export function wouldInstallCpuBuild(output: string): boolean {
  return /^ \+ torch==\S+\+cpu$/m.test(output)
}
