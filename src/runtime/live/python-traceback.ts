/** Frames in these files show how a call reached Python, not where it failed. */
const BRIDGE = '/pythonia/'

/** Shortens a Python traceback to the exception and the last frame: "ValueError: no\n  at f (model.py:12)\n    the line". */
export function lastFrameOf(traceback: string): string {
  const lines = traceback.trimEnd().split('\n')
  const isFrame = (line: string) => /^ {2}File ".*", line \d+/.test(line)
  const end = lines.findLastIndex((line) => line.startsWith('  '))
  const exception = lines.slice(end + 1).join('\n') || (lines.at(-1) ?? '')
  const at = lines.findLastIndex((line) => isFrame(line) && !line.includes(BRIDGE))
  if (at < 0) return exception
  const [, file, number, name] = /^ {2}File "(.*)", line (\d+)(?:, in (.*))?/.exec(lines[at] as string) ?? []
  const code = lines[at + 1]?.startsWith('    ') ? `\n    ${lines[at + 1]?.trim()}` : ''
  return `${exception}\n  at ${name ?? '<module>'} (${file}:${number})${code}`
}
