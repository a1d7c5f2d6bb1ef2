import { answerWords } from './normalise.js'

/** An option's text in the forms that answers are compared with. */
interface CompiledOption {
  literal: string
  lowerCase: string
  /** Undefined where words can't stand for the text, for it holds signs ("~P", "h < c"). */
  words: string | undefined
}

const cache = new WeakMap<readonly string[], CompiledOption[]>()

function compiled(options: readonly string[]): CompiledOption[] {
  const found = cache.get(options)
  if (found !== undefined) return found
  const made = options.map((option) => {
    const literal = literalText(option)
    return { literal, lowerCase: literal.toLowerCase(), words: wordsOf(option) }
  })
  cache.set(options, made)
  return made
}

/**
 * The one option whose very text this is, but for blanks, a last full stop, emphasis and, where that leaves only one, case
 * ("Bb" is not "BB"); of equal options none.
 */
export function optionByLiteralText(text: string, options: readonly string[]): number | undefined {
  const literal = literalText(text)
  if (literal === '') return undefined
  const lowerCase = literal.toLowerCase()
  return (
    uniqueIndex(compiled(options), (option) => option.literal === literal) ??
    uniqueIndex(compiled(options), (option) => option.lowerCase === lowerCase)
  )
}

/** The one option of the same words: articles, accents and punctuation don't matter. */
export function optionByWords(text: string, options: readonly string[]): number | undefined {
  const words = wordsOf(text)
  return words === undefined ? undefined : uniqueIndex(compiled(options), (option) => option.words === words)
}

/** Whether the text is option `index`'s own; here another option may have the same. */
export function isTextOf(text: string, options: readonly string[], index: number): boolean {
  const option = compiled(options)[index]
  return (
    option !== undefined &&
    (option.lowerCase === literalText(text).toLowerCase() || (option.words !== undefined && option.words === wordsOf(text)))
  )
}

function literalText(text: string): string {
  return text
    .normalize('NFKC')
    .trim()
    .replace(/^(\*{1,2}|["\u201c'`])(.+)(?:\1|\u201d)(\.?)$/u, '$2$3')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/\.$/, '')
}

function wordsOf(text: string): string | undefined {
  if (/[\p{S}/\\&@#%[\]{}]|\w[*_]\w/u.test(text)) return undefined
  return answerWords(text).join(' ') || undefined
}

function uniqueIndex(options: readonly CompiledOption[], matches: (option: CompiledOption) => boolean): number | undefined {
  const first = options.findIndex(matches)
  return first >= 0 && !options.some((option, other) => other > first && matches(option)) ? first : undefined
}
