import { inspect } from 'node:util'
import { GraitError } from '../errors.js'
import { cut, textTable } from '../report/terminal/table.js'

const FIRST_ROWS = 8
const FIRST_NUMBERS = 6
const WIDEST_CELL = 48

type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array

/** How the REPL prints a value: rows as tables, vectors as summaries, never thousands of numbers. */
export function display(value: unknown, width: number): string {
  if (typeof value === 'function') return inspect(value, { depth: 0 }) // among them live Python objects
  if (value instanceof Error) return errorText(value)
  if (isNumbers(value)) return vectorText(value)
  if (Array.isArray(value) && value.length > 0 && value.every(isRow)) return tableText(value as Record<string, unknown>[], width)
  return inspect(value, { depth: 3, maxArrayLength: FIRST_NUMBERS, maxStringLength: 400, breakLength: width, colors: false })
}

/** "Float32Array [8192] 0.0123 -0.4 … | min -1.2, max 0.9, norm 1" */
export function vectorText(values: NumberArray): string {
  const shown = [...values.subarray(0, FIRST_NUMBERS)].map(short).join(' ')
  const more = values.length > FIRST_NUMBERS ? ' …' : ''
  if (values.length <= FIRST_NUMBERS) return `${values.constructor.name} [${values.length}] ${shown}`
  let [min, max, squares] = [Infinity, -Infinity, 0]
  for (const value of values) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    squares += value * value
  }
  return `${values.constructor.name} [${values.length}] ${shown}${more}  min ${short(min)}, max ${short(max)}, norm ${short(Math.sqrt(squares))}`
}

/** Rows as a table: the first ones, and how many there are. */
function tableText(rows: readonly Record<string, unknown>[], width: number): string {
  const headers = [...new Set(rows.slice(0, FIRST_ROWS).flatMap((row) => Object.keys(row)))]
  const columns = headers.map((header) => ({
    header,
    shrinks: true,
    align: rows.slice(0, FIRST_ROWS).every((row) => typeof row[header] === 'number') ? ('right' as const) : ('left' as const),
  }))
  const cells = rows.slice(0, FIRST_ROWS).map((row) => headers.map((header) => cellText(row[header])))
  const shape = `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}, ${headers.length} ${headers.length === 1 ? 'column' : 'columns'}`
  return `${textTable(columns, cells, width)}${shape}${rows.length > FIRST_ROWS ? `; the first ${FIRST_ROWS} are shown` : ''}`
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '-'
  if (typeof value === 'number') return short(value)
  if (typeof value === 'string') return cut(value, WIDEST_CELL)
  if (isNumbers(value)) {
    const shown = [...value.subarray(0, 3)].map(short).join(' ')
    return value.length > 3 ? `[${value.length}] ${shown} …` : shown
  }
  return cut(inspect(value, { depth: 1, maxArrayLength: 3, breakLength: Infinity, compact: true }), WIDEST_CELL)
}

/** A Python exception: message and last frame. A GraitError: what is wrong and what to do. Others: the stack. */
function errorText(error: Error): string {
  if (error.constructor.name === 'PythonException') return error.stack ?? ''
  if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') return 'interrupted; the session and the model stay'
  if (error instanceof GraitError) return `${error.code}: ${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`
  return inspect(error)
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
}

function isNumbers(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !Buffer.isBuffer(value) && !(value instanceof BigInt64Array)
}

function isRow(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
