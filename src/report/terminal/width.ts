/** The columns that a table on stdout may take: the terminal's width, or 100 where there is no terminal or it does not know. */
export function outputWidth(): number {
  return process.stdout.columns || 100
}
