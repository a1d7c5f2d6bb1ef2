/** Whether a text shows nothing: it is empty, or of spaces, control signs and invisible signs such as U+200B alone. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cc}\p{Cf}]/u.test(text)
}
