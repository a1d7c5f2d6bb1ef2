import type { Readable } from 'node:stream'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
/** A log level, which sets how much of the runtime's log is shown: `trace` shows most, `silent` nothing. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** A line of the runtime's log. Text that is not one of its JSON records (a library's own print) has level `info`. */
export interface LogLine {
  level: Exclude<LogLevel, 'silent'>
  message: string
  /** The Python logger's name; null for plain text. */
  source: string | null
  /** Python's traceback, if the record has one. */
  traceback: string | null
}

/** A warning of this package, as a line of the log. */
export const ownLine = (message: string): LogLine => ({ level: 'warn', message, source: 'grait', traceback: null })

const LONGEST_LINE = 16_384

/** Passes each line of `stream` to `onLine`; an overlong line is cut, so that it cannot fill the memory. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.slice(0, LONGEST_LINE))
    if (rest.length <= LONGEST_LINE) return
    onLine(rest.slice(0, LONGEST_LINE))
    rest = ''
  })
  stream.on('end', () => {
    if (rest !== '') onLine(rest)
  })
}

/** Parses a record {level, logger, message, traceback?} of the runtime's log; anything else counts as plain text. */
export function parseLogLine(text: string): LogLine {
  const plain: LogLine = { level: 'info', message: text, source: null, traceback: null }
  if (!text.startsWith('{')) return plain
  try {
    const record = JSON.parse(text) as Record<string, unknown>
    const { level, logger, message, traceback } = record
    if (typeof level !== 'string' || typeof message !== 'string') return plain
    return { level: levelNamed(level), message, source: textOrNull(logger), traceback: textOrNull(traceback) }
  } catch {
    return plain
  }
}

/** Whether a line of `level` is shown when `least` is the lowest level shown. */
export function shows(least: LogLevel, level: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least)
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function levelNamed(name: string): LogLine['level'] {
  switch (name.toLowerCase()) {
    case 'trace':
      return 'trace'
    case 'debug':
      return 'debug'
    case 'warn':
    case 'warning':
      return 'warn'
    case 'error':
    case 'critical':
    case 'fatal':
      return 'error'
    default:
      return 'info'
  }
}
