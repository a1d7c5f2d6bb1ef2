/** An output without the options, said again with their letters, all of them in their order: "A) London B) Paris ... The answer is B". */
export function withoutRestatedOptions(output: string, options: readonly string[]): string {
  if (options.length < 2 || !/\p{L}/u.test(output)) return output
  const listed = options.map((option, index) => {
    const words = option
      .trim()
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\s+/g, '\\s+')
    return `[*_\\s(-]*${String.fromCharCode(65 + index)}\\s*[).:]+[*_\\s]*${words}[.*_]*`
  })
  const list = new RegExp(
    `^\\s*(?:(?:the )?(?:options|choices)(?: are)?\\s*:)?${listed.join('\\s*[,;/|]?(?:\\s+(?:and|or))?\\s*')}(?![\\p{L}\\p{N}])\\s*`,
    'iu',
  )
  return output.replace(list, '')
}
