import { wordsOfAnswer } from '../text/normalise.js'
import { visible } from '../text/readable.js'
import { textRun } from '../text/text-run.js'

/** An option's text in the forms used to compare answers. */
interface CompiledOption {
  literal: string
  lowerCase: string
  /** Undefined if words cannot represent the text because it has symbols ("~P", "h < c"). */
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
 * The one option with exactly this text, ignoring white space, a final full stop, emphasis and, if that leaves only one option,
 * case ("Bb" is not "BB"); none if two options are equal.
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

/** The one option with the same words; articles, accents and punctuation are ignored. */
export function optionByWords(text: string, options: readonly string[]): number | undefined {
  const words = wordsOf(text)
  return words === undefined ? undefined : uniqueIndex(compiled(options), (option) => option.words === words)
}

/** Whether this is the text of option `index`; other options may have the same text. */
export function isTextOf(text: string, options: readonly string[], index: number): boolean {
  const option = compiled(options)[index]
  return (
    option !== undefined &&
    (option.lowerCase === literalText(text).toLowerCase() || (option.words !== undefined && option.words === wordsOf(text)))
  )
}

/** The letters of every option's words (see `textRun`), where words can represent it and no other option has the same. */
export function lettersOfOptions(options: readonly string[]): (string | undefined)[] {
  const words = compiled(options).map((option) => option.words)
  return words.map((text) => (text !== undefined && words.indexOf(text) === words.lastIndexOf(text) ? text : undefined))
}

function literalText(text: string): string {
  return visible(text)
    .replace(/\u00b2/g, '^2')
    .replace(/\u00b3/g, '^3')
    .normalize('NFKC')
    .replace(/\u2044/g, '/')
    .replace(/\u2212/g, '-')
    .trim()
    .replace(/^\$([^$]+)\$$/, '$1')
    .replace(/^(\*{1,2}|["\u201c'`])(.+)(?:\1|\u201d)(\.?)$/u, '$2$3')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/\.$/, '')
}

function wordsOf(text: string): string | undefined {
  const signless = text
    .replace(/[$£€¥](?=\d)|(?<=\d)\s*%|\u00b0|^\((?=[^()]*\)\.?$)|\u2212(?=\d)/gu, '')
    .replace(/(?<=\d\s?[\p{L}\u00b5]{1,4}\d?)\s?\/\s?(?=\p{L}{1,4}\d?(?![\p{L}\d/]))/gu, ' ')
  if (/[\p{S}/\\&@#%[\]{}]|\w[*_]\w/u.test(signless)) return undefined
  return textRun(wordsOfAnswer(text)).letters || undefined
}

function uniqueIndex(options: readonly CompiledOption[], matches: (option: CompiledOption) => boolean): number | undefined {
  const first = options.findIndex(matches)
  return first >= 0 && !options.some((option, other) => other > first && matches(option)) ? first : undefined
}
