import { pythonTexts } from './python-texts.js'

/**
 * The texts in one cell: a list as JSON or Python writes it (`["Paris"]`, `['Paris', "L'Aquila"]`), otherwise texts with | between
 * them. Undefined for what looks like a list and can't be read without guessing: a tuple, a dictionary, a list without quotes or
 * commas (as numpy prints it), a | with no text on one side.
 */
export function textsOfCell(cell: string): string[] | undefined {
  if (/^\[.*\]$/s.test(cell)) return (jsonList(cell) ?? pythonTexts(cell))?.map((text) => text.trim())
  if (/^(?:\(\s*['"]|\{\s*['"]|array\(|\[\s*['"])/.test(cell)) return undefined
  return betweenBars(cell)
}

/** Whether a cell may be one text, such as an interval, as well as a list of numbers: [0, 1]. */
export function isListOfNumbers(cell: string): boolean {
  return /^\[\s*-?\d+(?:\s*,\s*-?\d+)*\s*\]$/.test(cell)
}

function jsonList(cell: string): string[] | undefined {
  try {
    const found = (JSON.parse(cell) as unknown[]).map((value) => (Number.isSafeInteger(value) ? String(value) : value))
    return found.every((value) => typeof value === 'string') ? found : undefined
  } catch {
    return undefined
  }
}

/** Formulas, and bars that LaTeX writes: $|x|$, \left|x\right|. A price is no formula: $5 | $10. */
const FORMULA = /(?<![\p{L}\p{N}])\$(?=[^\s$])[^$]*(?<=[^\s$])\$(?!\d)|\\(?:left|right|[bB]igg?[lrm]?)?\||<[^\s<>]*\|[^\s<>]*>/gu
const INSIDE = '\u0000'

/** A | separates texts, unless it stands in brackets or in a formula: P(A|B) is one text. */
function betweenBars(cell: string): string[] | undefined {
  if (!cell.includes('|')) return [cell.trim()]
  const masked = outsideBrackets(cell.replace(FORMULA, (formula) => formula.replaceAll('|', INSIDE)))
  if (masked === undefined) return undefined
  const parts = masked.split('|').map((part) => part.replaceAll(INSIDE, '|').trim())
  // |x| and a || b are no lists; a last | after a space only ends one.
  if (/\s\|\s*$/.test(masked)) parts.pop()
  return parts.length === 1 || parts.every((part) => part !== '') ? parts : undefined
}

/** The text with bars in brackets masked; undefined if a bracket stays open before a bar. */
function outsideBrackets(text: string): string | undefined {
  let depth = 0
  let open = false
  const masked = [...text].map((sign) => {
    if ('([{⟨'.includes(sign)) depth += 1
    if (')]}⟩'.includes(sign)) depth = Math.max(0, depth - 1)
    if (depth === 0) open = false
    if (sign !== '|' || depth === 0) return sign
    open = true
    return INSIDE
  })
  return open ? undefined : masked.join('')
}
