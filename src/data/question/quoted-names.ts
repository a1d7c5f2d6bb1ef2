/** Names of columns or keys in a sentence: "a", "b". */
export function quotedNames(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}
