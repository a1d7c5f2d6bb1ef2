import { sentencesOf } from '../text/sentences.js'
import { CUE_WORDS, onlyLettersSaid } from './answer-words.js'
import { withoutDeniedLetters, withoutReason, withoutTextsInBrackets } from './denied-letters.js'
import { withoutMarkup } from './markup.js'
import { optionSaid } from './option-sentence.js'
import { isTextOf, optionByLiteralText, optionByWords } from './option-text.js'

/** What may come between such a word and the letter. */
const FILLER =
  '(?:\\s+(?:is|was|be|option|choice|answer|letter|the|correct|to|be|probably|likely|definitely|clearly|lettre|letra|lettera|la|le|el|die|der|das)\\b){0,4}\\s*[:=\\u2192>-]*\\s*'
/** A single letter, not the start of a word. */
const ALONE = "(?![\\p{L}\\p{N}'])"
const JOINER = '(?:\\s*(?:[,/&]|\\b(?:and/or|and|or|nor|then|und|oder|et|ou|y|o)\\b)\\s*(?:and\\s+|or\\s+)?)'
const LISTED = `(?:${JOINER}\\(?[A-Za-z]${ALONE}\\)?)`

const BARE = /^[([]?([A-Za-z])[)\]]?\s*[.:,;!?\u3002\u3001\u2026\u0964]*[)\]]?$/
const MARKED =
  /^[([]?([A-Za-z])(?:[)\]]|[)\]]?\s*[.:;]|\s+-|\s*[\u2013\u2014\u2192|\u3001\u3002]|,)(?=\s|$|[^\p{L}\p{N}]|(?<=[\u2013\u2014\u2192|\u3001\u3002]))/u
const LIST = new RegExp(`^\\(?[A-Za-z]\\)?${LISTED}+`, 'iu')
const CUED = new RegExp(
  `(?:(?<![\\p{L}\\p{N}])(?:${CUE_WORDS})(?![\\p{L}\\p{N}])${FILLER}|:\\s*|(?:[是为為选選]|답은|(?:答え|正解|回答)は)\\s*)\\(?([A-Za-z])${ALONE}\\)?(${LISTED}*)`,
  'giu',
)
const LEAD_IN =
  /^(?:so,?\s+)?(?:the\s+|my\s+)?(?:correct\s+|right\s+|best\s+|final\s+)*(?:(?:answer|option|choice)(?:\s+is\s*:?|\s*:)|it\s+is|it's)\s*/i

/**
 * The option that a multiple-choice answer names, by its letter ("B", "B.", "(b)", "**B**", "Answer: B", "The answer is B",
 * "B) Paris") or by its exact text; undefined where it names none, or two different ones.
 * @param line one line
 * @param options texts of the options; the first is A
 * @param question of two sentences that name different options, the one with more of its words counts
 * @returns index into `options`
 */
export function chosenOption(line: string, options: readonly string[], question = ''): number | undefined {
  const text = withoutMarkup(line).replace(OPENING, '')
  const asked = answerAfterLabel(text, options)
  if (asked !== undefined) return asked
  const said = text.replace(LEAD_IN, '')
  const bare = BARE.exec(said)
  const letter = bare === null ? undefined : index(bare[1] as string, options)
  return (
    letter ??
    literalOption(line, options) ??
    withOwnText(line.replace(LEAD_IN, ''), said, options) ??
    optionByOwnWords(line, text, said, options) ??
    letterOfSentences(text, options) ??
    optionSaid(line, options, question) ??
    numberedOption(said, options) ??
    firstClauseOption(said, options) ??
    equalOption(said, options)
  )
}

/** "A: B" and "A: Paris" where Paris is another option: A stands for "answer". */
function answerAfterLabel(text: string, options: readonly string[]): number | undefined {
  const said = /^A\s*:\s*(\S.*)$/.exec(text)?.[1]
  const option = said === undefined ? undefined : chosenOption(said, options)
  return option === 0 ? undefined : option
}

function literalOption(line: string, options: readonly string[]): number | undefined {
  return optionByLiteralText(line, options) ?? optionByLiteralText(line.trim().replace(LEAD_IN, ''), options)
}

/** The words of one option, alone or after "The answer is". "A. Paris" is not "a Paris": it begins with a letter. */
function optionByOwnWords(line: string, text: string, said: string, options: readonly string[]): number | undefined {
  return MARKED.test(said) ? undefined : (optionByWords(text, options) ?? optionByWords(said, options) ?? optionByWords(line, options))
}

/** "Option 2", where the options are no numbers. */
function numberedOption(said: string, options: readonly string[]): number | undefined {
  const number = /^(?:option|choice|alternative|answer)\s*(?:number\s*)?#?\s*(\d)[.)]?$/i.exec(said)?.[1]
  if (number === undefined || options.some((option) => /^\W*\d/.test(option))) return undefined
  return Number(number) >= 1 && Number(number) <= options.length ? Number(number) - 1 : undefined
}

/** "Yes, because ...": the text of one option before the first comma or reason, where no other option is named. */
function firstClauseOption(said: string, options: readonly string[]): number | undefined {
  const clause = /^(.+?)(?:[,;]\s|\s+(?:because|since)\s|\s+[\u2013\u2014-]\s)/i.exec(said)?.[1]
  const option = clause === undefined ? undefined : optionByWords(clause, options)
  if (clause === undefined || option === undefined || !/\p{L}{2}/u.test(clause)) return undefined
  const rest = said.slice(clause.length).split(/[,;.:]|\b(?:or|and|not)\b/)
  return rest.some((part) => optionByWords(part, options) !== undefined) ? undefined : option
}

/** "x = 24": what the last sign says. */
function equalOption(said: string, options: readonly string[]): number | undefined {
  const value = /^[\p{L}\p{N}()^ ]{1,20}=\s*([^=]+)$/u.exec(said)?.[1]
  return value === undefined ? undefined : (optionByLiteralText(value, options) ?? optionByWords(value, options))
}

/** A letter before the text of its own option, with or without markup; other letters in that text ("D. A and B") do not count. */
function withOwnText(plain: string, said: string, options: readonly string[]): number | undefined {
  for (const text of [plain, said]) {
    const match = /^[([]?([A-Za-z])(?:[)\]]\s*[.:]?|\s*(?:[.:,;|\u2013\u2014\u2192]|=>?)|\s+-(?=\s)|-(?=\p{L})|(?=\s))\s*(\S.*)$/u.exec(
      text,
    )
    const position = match === null ? undefined : index(match[1] as string, options)
    if (position !== undefined && isTextOf(match?.[2] as string, options, position)) return position
  }
  return undefined
}

/** The letter of the first sentence that names one, statements before questions; undefined if that names two. */
function letterOfSentences(text: string, options: readonly string[]): number | undefined {
  const sentences = sentencesOf(withoutDeniedLetters(withoutTextsInBrackets(text, options), options), options.length)
  const [questions, statements] = [sentences.filter(isQuestion), sentences.filter((sentence) => !isQuestion(sentence))]
  for (const sentence of [...statements, ...questions]) {
    const named = namedIn(withoutReason(sentence), options)
    if (named.length > 0) return named.length === 1 ? named[0] : undefined
  }
  return undefined
}

function isQuestion(sentence: string): boolean {
  return /[?\u061f\uff1f]\W*$/u.test(sentence)
}

const BEST =
  /(?<![\p{L}\p{N}])([A-Z])\s+(?:is|was|seems|looks|sounds|(?:might|may|could|must|should) be)\s+(?:the\s+)?(?:best|better|correct|right|most|answer|true)(?!\p{L})/gu

/** Before an answer: "Hmm...", "Easy,", "100 %", "Of the options given,", "The second option:". */
const OPENING =
  /^(?:(?:hm+|well|uh+|um+|easy|okay|ok|100\s?%)[\s.,\u2026!:-]+|(?:out )?(?:of|from|among) the (?:\w+ )?(?:options|choices|answers)[^,.]{0,30},\s+|(?:the )?(?:first|second|third|fourth|fifth|last) (?:option|choice|answer)\s*[,:-]\s*(?=\p{L}{2})|(?:option|choice) (?:one|two|three|four|five|\d)\s*[,:-]\s*(?=\p{L}{2}))/iu

/** What a sentence comes to: "A city in Italy is Rome, so B", "Paris → B", "Between A and B, B". */
const CONCLUDED =
  /(?:(?:,|\.|^|\s)\s*(?:so|therefore|thus|hence|ergo)[,:]?\s+(?:(?:(?:the|my)\s+)?(?:answer|it)(?:\s+(?:is|must be)|'s)\s+)?|\S.*(?:=>|->|[\u2192\u21d2])\s*|^(?:between|of|out of)\s[^,]+,\s+|(?:^|[\s,])i(?:'d| would| will|'ll| am|'m)? (?:going |leaning |lean |vote |voting |choosing |go |opt |opting )(?:with |for |towards? )?(?:option )?)\(?([A-Z])\)?[.!]?$/iu

/** The options that a sentence gives as the answer. */
function namedIn(sentence: string, options: readonly string[]): number[] {
  const concluded = CONCLUDED.exec(sentence)?.[1]
  if (concluded !== undefined && /[A-Z]/.test(concluded) && index(concluded, options) !== undefined) return positions([concluded], options)
  const said = sentence.replace(LEAD_IN, '')
  const first = leading(said)
  // "N/A", "A or E" and "H → He" name another letter than those of the options.
  if (first.some((letter) => index(letter, options) === undefined)) return [-1, -2]
  const best = positions(
    [...sentence.matchAll(BEST)].map((match) => match[1] as string),
    options,
  )
  if (best.length === 1) return best
  const only = onlyLettersSaid(sentence)
  const letters = [...first, ...parenthesised(sentence), ...cued(sentence)]
  if (only.every((letter) => index(letter, options) !== undefined)) letters.push(...only)
  if (letters.length > 0) letters.push(...mentioned(sentence, options))
  return positions(letters, options)
}

function positions(letters: readonly string[], options: readonly string[]): number[] {
  return [...new Set(letters.map((letter) => index(letter, options)).filter((found) => found !== undefined))]
}

/** "B.", "B) Paris", "b: Paris", "B - Paris", "B is correct", "A or B", "A B C" at the start. */
function leading(text: string): string[] {
  const list = LIST.exec(text)
  if (list !== null) return lettersAlone(list[0])
  const marked = MARKED.exec(text)
  // "a) ..." and "b: ..." are letters; "a, then" in small letters hardly ever is.
  if (marked !== null && (/[A-Z]/.test(marked[1] as string) || /^[([]?[a-z][)\].:]/.test(text))) return [marked[1] as string]
  if (/^[A-Z](?:\s+[A-Z])+[.!]?$/.test(text)) return lettersAlone(text)
  const spaced = /^([A-Z])\s+(.+)$/u.exec(text)
  if (spaced === null) return []
  const [, letter, rest] = spaced as unknown as [string, string, string]
  if (/^(?:is|was)\s+(?:the\b|(?:best|correct|right|true|most)\b)/i.test(rest)) return [letter]
  return letter !== 'A' && letter !== 'I' && /^(?:because|since|as)\b/i.test(rest) ? [letter] : []
}

/** "(b)" anywhere, but not "f(b)". */
function parenthesised(text: string): string[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}])[([]([A-Za-z])[)\]]/gu)].map((match) => match[1] as string)
}

/** "Answer: B", "the answer is B", "option b", "I choose B", "is A or B"; any other word and a colon ("Vastaus: B"). */
function cued(text: string): string[] {
  return [...text.matchAll(CUED)].flatMap((match) => {
    const letter = match[1] as string
    const listed = lettersAlone(match[2] ?? '')
    const rest = text.slice(match.index + match[0].length)
    // "is a dog", "is A dog" and "think I know": an article or a pronoun, unless nothing but a mark follows.
    const doubtful = /[a-z]/.test(letter) || letter === 'A' || letter === 'I'
    const ends = /^\s*(?:$|[.,;:!?)\]\u2013\u2014]|-\s|(?:because|since|as|is)\b)/.test(rest)
    return doubtful && listed.length === 0 && !ends ? [] : [letter, ...listed]
  })
}

/** Single capital letters next to the answer ("B, not C"), outside the options' own texts ("A. Vitamin C"). A and I are mostly words. */
function mentioned(text: string, options: readonly string[]): string[] {
  const texts = options.map((option) => option.trim()).filter((option) => option.length > 1)
  const outside = texts.sort((a, b) => b.length - a.length).reduce((rest, option) => rest.replaceAll(option, ' '), text)
  const capitals = outside.match(/(?<![\p{L}\p{N}'.-])[B-HJ-Z](?![\p{L}\p{N}']|[-.]\p{L})/gu) ?? []
  return [...capitals, ...(outside.match(/(?<=\s)A(?=\s+(?:is|was|or|and)\b|\s*[.,;!?]|$)/g) ?? [])]
}

function lettersAlone(text: string): string[] {
  return text.match(/(?<![\p{L}\p{N}])[A-Za-z](?![\p{L}\p{N}])/gu) ?? []
}

function index(letter: string, options: readonly string[]): number | undefined {
  const position = letter.toUpperCase().charCodeAt(0) - 65
  return position >= 0 && position < options.length ? position : undefined
}
