import stringWidth from 'string-width'
import { type Column, oneLine } from '../terminal/table.js'

/** A Markdown table whose source is also readable as a table: cells are padded to the width of their column. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => columns.map((_, index) => oneLine(row[index] ?? '').replaceAll('|', '\\|')))
  const widths = columns.map(({ header }, index) =>
    Math.max(3, stringWidth(header), ...cells.map((row) => stringWidth(row[index] as string))),
  )
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, index) => padded(cell, widths[index] as number, columns[index]?.align)).join(' | ')} |\n`
  const rule = columns.map(({ align }, index) =>
    align === 'right' ? `${'-'.repeat((widths[index] as number) - 1)}:` : '-'.repeat(widths[index] as number),
  )
  return line(columns.map(({ header }) => header)) + line(rule) + cells.map(line).join('')
}

function padded(text: string, width: number, align: Column['align']): string {
  const blank = ' '.repeat(width - stringWidth(text))
  return align === 'right' ? blank + text : text + blank
}
