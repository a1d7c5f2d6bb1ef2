/** Columns for tables on stdout; 100 where it is no terminal. */
export function outputWidth(): number {
  return process.stdout.columns ?? 100
}
