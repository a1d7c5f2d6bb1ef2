import stringWidth from 'string-width'

export interface Column {
  header: string
  align?: 'left' | 'right' | undefined
  /** May be cut with an ellipsis if the table is too wide; never below `minWidth` (default 8). */
  shrinks?: boolean | undefined
  minWidth?: number | undefined
}

const GAP = '  '
/** Width if the output is not a terminal or its width is unknown. */
const UNKNOWN_WIDTH = 100

/**
 * A plain text table, at most `width` terminal columns wide. If shrinking is not enough, each row becomes a block
 * of "header: value" lines instead.
 * @returns lines, each ended by a newline
 */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[], width = UNKNOWN_WIDTH): string {
  const cells = rows.map((row) => columns.map((_, column) => oneLine(row[column] ?? '')))
  const widths = fitted(columns, naturalWidths(columns, cells), width > 0 ? width : UNKNOWN_WIDTH)
  if (widths === undefined) return blocks(columns, cells)
  const line = (row: readonly string[]) =>
    `${columns
      .map((column, index) => padded(cut(row[index] as string, widths[index] as number), widths[index] as number, column.align))
      .join(GAP)
      .trimEnd()}\n`
  const rule = `${widths.map((columnWidth) => '─'.repeat(columnWidth)).join(GAP)}\n`
  return line(columns.map(({ header }) => header)) + rule + cells.map(line).join('')
}

/** Cuts text to the given number of terminal columns; an ellipsis marks the cut. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** Model output may contain control characters, which would move the cursor. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
}

function naturalWidths(columns: readonly Column[], cells: readonly (readonly string[])[]): number[] {
  return columns.map(({ header }, index) =>
    cells.reduce((widest, row) => Math.max(widest, stringWidth(row[index] as string)), stringWidth(header)),
  )
}

/** Takes the excess width from the widest shrinkable column first; undefined if that is not enough. */
function fitted(columns: readonly Column[], natural: readonly number[], width: number): number[] | undefined {
  const widths = [...natural]
  const least = columns.map(({ minWidth = 8, shrinks }, index) =>
    shrinks === true ? Math.min(minWidth, natural[index] as number) : Infinity,
  )
  let surplus = widths.reduce((sum, columnWidth) => sum + columnWidth, GAP.length * (columns.length - 1)) - width
  for (; surplus > 0; surplus--) {
    let widest: number | undefined
    for (const [index, columnWidth] of widths.entries()) {
      if (columnWidth > (least[index] as number) && (widest === undefined || columnWidth > (widths[widest] as number))) widest = index
    }
    if (widest === undefined) return undefined
    widths[widest] = (widths[widest] as number) - 1
  }
  return widths
}

function padded(text: string, width: number, align: Column['align']): string {
  const blank = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return align === 'right' ? blank + text : text + blank
}

function blocks(columns: readonly Column[], cells: readonly (readonly string[])[]): string {
  return cells.map((row) => `${columns.map(({ header }, index) => `${header}: ${row[index]}`).join('\n')}\n`).join('\n')
}
