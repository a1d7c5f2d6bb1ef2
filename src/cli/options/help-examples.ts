/** The examples at the end of a command's help: each with an explanation, in two columns. */
export function examples(...lines: readonly (readonly [command: string, meaning?: string])[]): string {
  const widest = Math.max(0, ...lines.map(([command, meaning]) => (meaning === undefined ? 0 : command.length)))
  const text = lines.map(([command, meaning]) => `  ${meaning === undefined ? command : `${command.padEnd(widest)}   ${meaning}`}`)
  return `\nExamples:\n${text.join('\n')}`
}
