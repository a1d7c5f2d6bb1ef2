import stringWidth from 'string-width'

/** Breaks lines wider than the terminal at spaces and keeps their indentation. A longer word is not broken. */
export function wrapped(text: string, width: number): string {
  if (!(width > 0)) return text
  return text
    .split('\n')
    .map((line) => (stringWidth(line) <= width ? line : brokenLine(line, width)))
    .join('\n')
}

function brokenLine(line: string, width: number): string {
  const indent = /^ */.exec(line)?.[0] ?? ''
  const lines: string[] = []
  let current = indent
  for (const word of line.slice(indent.length).split(' ')) {
    const longer = current === indent ? indent + word : `${current} ${word}`
    if (stringWidth(longer) > width && current !== indent) {
      lines.push(current)
      current = indent + word
    } else current = longer
  }
  return [...lines, current].join('\n')
}
