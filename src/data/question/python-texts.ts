/** A text in Python's quotes, and the comma or end after it. */
const TEXT = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|$)/sy
const ESCAPE = /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|(.))/gis
const SIGNS: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' }

/** The texts of a list as Python prints it: ['Paris', "L'Aquila"]. Undefined for anything else, also for texts without a comma between them. */
export function pythonTexts(list: string): string[] | undefined {
  const inner = list.slice(1, -1)
  const texts: string[] = []
  TEXT.lastIndex = 0
  while (TEXT.lastIndex < inner.length) {
    const [, single, double, end] = TEXT.exec(inner) ?? []
    const text = unescaped(single ?? double)
    if (text === undefined) return undefined
    texts.push(text)
    if (end === '' || inner.slice(TEXT.lastIndex).trim() === '') return texts
  }
  return texts
}

/** Undefined for an escape that Python does not print. */
function unescaped(text: string | undefined): string | undefined {
  let known = text !== undefined
  const found = text?.replace(ESCAPE, (_, byte?: string, short?: string, long?: string, sign?: string) => {
    const code = byte ?? short ?? long
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
    known &&= SIGNS[sign ?? ''] !== undefined
    return SIGNS[sign ?? ''] ?? ''
  })
  return known ? found : undefined
}
