/** Columns for tables on stdout; 100 where it is no terminal, or one that does not know its width. */
export function outputWidth(): number {
  return process.stdout.columns || 100
}
