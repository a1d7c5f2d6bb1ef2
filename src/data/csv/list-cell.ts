import { isScalar, isSeq, parseDocument, Scalar } from 'yaml'

/** Separates texts in one cell. */
const SEPARATOR = '|'

/**
 * The texts in one cell: a list as JSON or Python writes it (`["Paris"]`, `['Paris', "L'Aquila"]`), otherwise texts with | between
 * them. Undefined for what looks like a list and can't be read without guessing: a tuple, a dictionary, a list without quotes or
 * commas (as numpy prints it), a Python list with backslashes.
 */
export function textsOfCell(cell: string): string[] | undefined {
  if (/^\[.*\]$/s.test(cell)) return jsonList(cell) ?? pythonList(cell)
  if (/^(?:\(\s*['"]|\{\s*['"]|array\(|\[\s*['"])/.test(cell)) return undefined
  return cell.split(SEPARATOR).map((text) => text.trim())
}

function jsonList(cell: string): string[] | undefined {
  try {
    return texts(JSON.parse(cell) as unknown[])
  } catch {
    return undefined
  }
}

/** Python's lists of quoted texts are YAML's too, unless a backslash or a doubled quote stands in them. */
function pythonList(cell: string): string[] | undefined {
  if (/\\|''|""/.test(cell)) return undefined
  const { contents: list, errors } = parseDocument(cell)
  if (errors.length > 0 || !isSeq(list)) return undefined
  const quoted = list.items.every((item) => isScalar(item) && (item.type === Scalar.QUOTE_SINGLE || item.type === Scalar.QUOTE_DOUBLE))
  return quoted ? texts(list.items.map((item) => (item as Scalar).value)) : undefined
}

function texts(values: readonly unknown[]): string[] | undefined {
  const found = values.map((value) => (Number.isSafeInteger(value) ? String(value) : value))
  return found.every((value) => typeof value === 'string') ? found.map((text) => text.trim()) : undefined
}
