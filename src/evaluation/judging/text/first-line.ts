/** The first line that is not blank, trimmed; '' if there is none. Control and zero-width characters are ignored. */
export function firstLine(output: string): string {
  const visible = output.replace(/[\u200b-\u200d\u2060\ufeff]/g, '').trim()
  return (visible.split(/[\n\r\u0085\u2028\u2029\v\f]/, 1)[0] ?? '').trim()
}
