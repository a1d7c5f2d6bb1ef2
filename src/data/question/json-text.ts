const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs

/** The first key that one object of a valid JSON text holds twice, of which JSON.parse keeps the last, and where it stands again. */
export function repeatedKey(text: string): { key: string; at: number } | undefined {
  const open: Set<string>[] = []
  let last = ''
  let lastAt = 0
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const keys = open.at(-1)
      if (keys?.has(last) === true) return { key: JSON.parse(last) as string, at: lastAt }
      keys?.add(last)
    }
    last = token
    lastAt = index
  }
  return undefined
}

/** Where a comma stands before a closing bracket. */
export function trailingComma(text: string): number | undefined {
  let last: { token: string; at: number } | undefined
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const between = last === undefined ? '' : text.slice(last.at + 1, index)
    if ((token === '}' || token === ']') && last?.token === ',' && between.trim() === '') return last.at
    last = { token, at: index }
  }
  return undefined
}

/** The line, from 1, of a place in a text. */
export function lineAt(text: string, at: number): number {
  return (text.slice(0, at).match(/\n/g)?.length ?? 0) + 1
}

/** What JSON.parse says of a text, without the piece of it that some versions of Node add. */
export function jsonWords(cause: unknown): string {
  return (cause as Error).message.replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, '').replace(/\s+/g, ' ')
}
