import { answerWords, onlyArticles } from './normalise.js'

/**
 * How an alias is matched against an answer. words: the alias occurs as whole words. exact: the alias is the whole answer.
 * substring: lower-case text anywhere, as in the published code, so that the alias "1" is found in "10".
 */
export type AliasMatching = 'words' | 'substring' | 'exact'

/** The matching that is used unless another is chosen. */
export const DEFAULT_MATCHING: AliasMatching = 'words'

/** Whether the answer contains one of the correct texts. */
export function matchesAnyAlias(answer: string, aliases: readonly string[], matching: AliasMatching): boolean {
  if (matching === 'substring') {
    const text = answer.toLowerCase()
    return aliases.some((alias) => alias.trim() !== '' && text.includes(alias.trim().toLowerCase()))
  }
  const forms = formsOf(answer)
  return compiled(aliases).some((alias) => matches(alias, answer, forms, matching === 'exact'))
}

/** The words of an answer, with and without articles; each also without a possessive 's ("Einstein's theory"). */
interface Forms {
  whole: string[][]
  withoutArticles: string[][]
}

function formsOf(text: string): Forms {
  const form = (dropArticles: boolean) => {
    const words = answerWords(text, { dropArticles })
    const bare = answerWords(text, { dropArticles, dropPossessive: true })
    return bare.length === words.length && bare.every((word, index) => word === words[index]) ? [words] : [words, bare]
  }
  return { whole: form(false), withoutArticles: form(true) }
}

interface CompiledAlias {
  text: string
  whole: string[]
  withoutArticles: string[]
  onlyArticles: boolean
}

/** TriviaQA has dozens of aliases per question, and each is compared with ten samples. */
const cache = new WeakMap<readonly string[], CompiledAlias[]>()

function compiled(aliases: readonly string[]): CompiledAlias[] {
  const found = cache.get(aliases)
  if (found !== undefined) return found
  const made = aliases.map((text) => {
    const whole = answerWords(text, { dropArticles: false })
    return { text: text.trim().toLowerCase(), whole, withoutArticles: answerWords(text), onlyArticles: onlyArticles(whole) }
  })
  cache.set(aliases, made)
  return made
}

function matches(alias: CompiledAlias, answer: string, forms: Forms, exact: boolean): boolean {
  // Symbols have no words, and a lone "A" would be found in every sentence: both must be the whole answer.
  if (alias.whole.length === 0) return answer.trim().toLowerCase() === alias.text && alias.text !== ''
  const compare = exact || alias.onlyArticles ? isWhole : holds
  return (
    forms.whole.some((words) => compare(words, alias.whole)) || forms.withoutArticles.some((words) => compare(words, alias.withoutArticles))
  )
}

function isWhole(words: readonly string[], alias: readonly string[]): boolean {
  return words.length === alias.length && holds(words, alias)
}

/** Whether `alias` is a run of consecutive words. */
function holds(words: readonly string[], alias: readonly string[]): boolean {
  for (let start = 0; start + alias.length <= words.length; start++) {
    if (alias.every((word, offset) => words[start + offset] === word)) return true
  }
  return false
}
