import { isDenied } from '../denial/denied.js'
import { foreignNumber } from '../text/foreign-numbers.js'
import { type AnswerWord, onlyArticles, wordsOfAnswer } from '../text/normalise.js'
import { visible } from '../text/readable.js'
import { withoutRomanNumbers } from '../text/roman.js'
import { isInsideLongerWord, placesOf, type Span, type TextRun, textRun } from '../text/text-run.js'
import { isWrittenAsName, onlyFunctionWords, withoutLeadIn } from './function-words.js'
import { isOtherNumber } from './other-number.js'
import { writtenForms } from './written-forms.js'

/**
 * How an alias is matched against an answer. words: the alias occurs as whole words. exact: the alias is the whole answer.
 * substring: lower-case text anywhere, as in the published code, so that the alias "1" is found in "10".
 */
export type AliasMatching = 'words' | 'substring' | 'exact'

/** The matching that is used unless another is chosen. */
export const DEFAULT_MATCHING: AliasMatching = 'words'

/** Whether the lower-case answer contains one of the correct texts: the published matching. */
export function holdsAnyAlias(answer: string, aliases: readonly string[]): boolean {
  const text = answer.toLowerCase()
  return aliases.some((alias) => alias.trim() !== '' && text.includes(alias.trim().toLowerCase()))
}

/**
 * Whether the answer names one of the correct texts, or, where matching is exact, is one of them. A list of five things or more, of
 * which one is right, is a guess at everything.
 */
export function matchesAnyAlias(answer: string, aliases: readonly string[], matching: 'words' | 'exact'): boolean {
  const said = new Answer(answer)
  const right = compiled(aliases)
  if (matching === 'exact') return right.some((alias) => said.is(alias))
  if (!right.some((alias) => said.names(alias))) return false
  const listed = listedThings(answer).filter((thing) => matchesAnyAlias(thing, aliases, 'words'))
  return listed.length !== 1
}

const MANY = 5

/** The things of a list of `MANY` or more short ones; of anything else, none. */
function listedThings(answer: string): string[] {
  const things = answer.split(/\s*[,;\u3001\uff0c\u060c]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+/u).filter((thing) => thing.trim() !== '')
  return things.length >= MANY && things.every((thing) => thing.trim().split(/\s+/).length <= 3) ? things : []
}

/** The ways to read Roman numbers: as they are written, 2, 2nd. */
const READINGS = ['written', 'cardinal', 'ordinal'] as const
type Reading = (typeof READINGS)[number]
type Readings<T> = { written: T } & Partial<Record<Reading, T>>

/** A right answer in comparable form; the readings of Roman numbers only where it has some. */
interface CompiledAlias {
  text: string
  whole: string[]
  /** Without articles, if anything else is there. */
  letters: Readings<{ whole: string; bare: string }>
  onlyArticles: boolean
  /** "it", "the who": names only if they are written as names. */
  functionWords: boolean
  /** The number of "$5", "5%" or "AD 79". */
  bareNumber: string | undefined
}

/** TriviaQA has dozens of aliases per question, and each is compared with ten samples. */
const cache = new WeakMap<readonly string[], CompiledAlias[]>()

function compiled(aliases: readonly string[]): CompiledAlias[] {
  const found = cache.get(aliases)
  if (found !== undefined) return found
  const made = aliases.flatMap(writtenForms).map(compile)
  cache.set(aliases, made)
  return made
}

function compile(alias: string): CompiledAlias {
  const whole = wordsOfAnswer(alias, { dropArticles: false }).map((word) => word.text)
  const bare = wordsOfAnswer(alias).map((word) => word.text)
  return {
    text: visible(alias).trim().toLowerCase(),
    whole,
    letters: readingsOf(alias, (text) => ({ whole: lettersOf(text, false), bare: lettersOf(text, true) })),
    onlyArticles: onlyArticles(whole),
    functionWords: onlyFunctionWords(bare),
    bareNumber: whole.length === 2 && (/[$£€¥₹₽₩%]/.test(alias) || whole[1] === 'ad') ? whole[0] : undefined,
  }
}

function readingsOf<T>(text: string, of: (text: string) => T): Readings<T> {
  const [cardinal, ordinal] = [withoutRomanNumbers(text, 'cardinal'), withoutRomanNumbers(text, 'ordinal')]
  return {
    written: of(text),
    ...(cardinal !== undefined && { cardinal: of(cardinal) }),
    ...(ordinal !== undefined && { ordinal: of(ordinal) }),
  }
}

function lettersOf(text: string, dropArticles: boolean): string {
  return textRun(wordsOfAnswer(text, { dropArticles })).letters
}

/** An answer with the forms in which aliases are sought, each made when it is needed. */
class Answer {
  readonly #forms = new Map<Reading, { whole: TextRun[]; bare: TextRun[] }>()

  constructor(private readonly text: string) {}

  /** Whether it is this alias and nothing else. */
  is(alias: CompiledAlias): boolean {
    if (alias.whole.length === 0) return alias.text !== '' && visible(this.text).trim().toLowerCase() === alias.text
    return this.#some(alias, (run, letters) => run.letters === letters)
  }

  /** Whether it names this alias. */
  names(alias: CompiledAlias): boolean {
    // Symbols have no words, and a lone "A" would be found in every sentence: both must be the whole answer.
    if (alias.whole.length === 0 || alias.onlyArticles) return this.is(alias)
    if (alias.functionWords) return this.#isFirstSaid(alias) || isWrittenAsName(this.text, alias.letters.written.bare)
    return (
      this.#isBareNumber(alias) ||
      this.#isNegative(alias) ||
      this.#isForeignNumber(alias) ||
      this.#some(alias, (run, letters) => placesOf(run, letters).some((place) => isNamedAt(run, place)))
    )
  }

  /** Whether it, or what stands before its first comma or full stop, is this alias. */
  #isFirstSaid(alias: CompiledAlias): boolean {
    const said = withoutLeadIn(this.text)
    return [said, said.split(/[,;:!?\u2014]|\.\s/, 1)[0] ?? ''].some((text) => new Answer(text).is(alias))
  }

  /** The sign of "$5" and "5%" is often left out, where nothing else is said. */
  #isBareNumber({ bareNumber }: CompiledAlias): boolean {
    return bareNumber !== undefined && textRun(wordsOfAnswer(withoutLeadIn(this.text))).letters === bareNumber
  }

  /** "- 5" is -5 and, as a thing of a list, 5. */
  #isNegative({ letters }: CompiledAlias): boolean {
    const number = /^[-\u2212]\s+(\d[\d.,]*)$/u.exec(this.text.trim())?.[1]
    return number !== undefined && lettersOf(`-${number}`, true) === letters.written.bare
  }

  /** "Fünf" where 5 is sought. */
  #isForeignNumber({ letters }: CompiledAlias): boolean {
    return /^\d{1,2}$/.test(letters.written.bare) && foreignNumber(withoutLeadIn(this.text)) === letters.written.bare
  }

  /** Compares like with like: a reading of the answer with that of the alias, with articles or without on both sides. */
  #some({ letters }: CompiledAlias, holds: (run: TextRun, letters: string) => boolean): boolean {
    return READINGS.some((reading) => {
      const { whole, bare } = letters[reading] ?? letters.written
      const forms = this.#formsOf(reading)
      return forms.whole.some((run) => holds(run, whole)) || forms.bare.some((run) => holds(run, bare))
    })
  }

  #formsOf(reading: Reading): { whole: TextRun[]; bare: TextRun[] } {
    const found = this.#forms.get(reading)
    if (found !== undefined) return found
    const text = reading === 'written' ? this.text : withoutRomanNumbers(this.text, reading)
    const made = text === undefined ? this.#formsOf('written') : { whole: runsOf(text, false), bare: runsOf(text, true) }
    this.#forms.set(reading, made)
    return made
  }
}

function isNamedAt(run: TextRun, place: Span): boolean {
  return !isInsideLongerWord(run, place) && !isPercentage(run, place) && !isOtherNumber(run.words, place) && !isDenied(run.words, place)
}

/** "8" is not "8%". */
function isPercentage({ words }: TextRun, { to }: Span): boolean {
  return words[to]?.text === 'percent' && /^-?\d/.test((words[to - 1] as AnswerWord).text)
}

/** The run of a text, and where it has a possessive 's ("Einstein's theory"), also the run without it. */
function runsOf(text: string, dropArticles: boolean): TextRun[] {
  const run = textRun(wordsOfAnswer(text, { dropArticles }))
  return /s(?![\p{L}\p{N}])/iu.test(text) && /['\u2018\u2019\u02bc\u2032`\u00b4]/.test(text)
    ? [run, textRun(wordsOfAnswer(text, { dropArticles, dropPossessive: true }))]
    : [run]
}
