/** Width of tables on stdout, in columns; 100 if stdout is not a terminal or its width is unknown. */
export function outputWidth(): number {
  return process.stdout.columns || 100
}
