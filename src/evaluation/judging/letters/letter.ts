import { isTextOf, optionByLiteralText, optionByWords } from './option-text.js'

/** Words after which a letter is the answer, not a word of the sentence. */
const CUE = [
  "answers? answered options? choices? letter alternative statement is was be it'?s that'?s choose chose picked pick selected select",
  'say guess think believe with antwort lösung ist es respuesta est réponse è risposta é resposta är svaret jest odpowiedź ответ это',
]
  .join(' ')
  .replaceAll(' ', '|')
/** What may come between such a word and the letter. */
const FILLER =
  '(?:\\s+(?:is|was|be|option|choice|answer|letter|the|correct|probably|likely|definitely|clearly|la|le|el|die|der|das)\\b){0,4}\\s*[:=\\u2192>-]*\\s*'
/** A single letter, not the start of a word. */
const ALONE = "(?![\\p{L}\\p{N}'])"
const JOINER = '(?:\\s*(?:[,/&]|\\b(?:and/or|and|or|nor|then|und|oder|et|ou|y|o)\\b)\\s*(?:and\\s+|or\\s+)?)'
const LISTED = `(?:${JOINER}\\(?[A-Za-z]${ALONE}\\)?)`

const BARE = /^[([]?([A-Za-z])[)\]]?\s*[.:,;!?\u3002\u3001]?\)?$/
const MARKED = /^[([]?([A-Za-z])(?:[)\]]|[)\]]?\s*[.:;]|\s+[-\u2013\u2014]|,)(?=\s|$|[^\p{L}\p{N}])/u
const LIST = new RegExp(`^\\(?[A-Za-z]\\)?${LISTED}+`, 'iu')
const CUED = new RegExp(
  `(?:(?<![\\p{L}\\p{N}])(?:${CUE})(?![\\p{L}\\p{N}])${FILLER}|:\\s*|(?:[是为為选選]|답은|(?:答え|正解|回答)は)\\s*)\\(?([A-Za-z])${ALONE}\\)?(${LISTED}*)`,
  'giu',
)
const LEAD_IN = /^(?:so,?\s+)?(?:the\s+|my\s+)?(?:correct\s+|right\s+|best\s+|final\s+)*(?:answer|option|choice)(?:\s+is\s*:?|\s*:)\s*/i

/**
 * The option that a multiple-choice answer names, by its letter ("B", "B.", "(b)", "**B**", "Answer: B", "The answer is B",
 * "B) Paris") or by its exact text; undefined where it names none, or two different ones.
 * @param line one line
 * @param options texts of the options; the first is A
 * @returns index into `options`
 */
export function chosenOption(line: string, options: readonly string[]): number | undefined {
  const text = withoutMarkup(line)
  const said = text.replace(LEAD_IN, '')
  const bare = BARE.exec(said)
  const letter = bare === null ? undefined : index(bare[1] as string, options)
  return (
    letter ??
    optionByText(line, text, said, options) ??
    withOwnText(line.replace(LEAD_IN, ''), said, options) ??
    onlyLetter(text, said, options)
  )
}

/** The exact text of one option, alone or after "The answer is". "A. Paris" is not "a Paris": it begins with a letter. */
function optionByText(line: string, text: string, said: string, options: readonly string[]): number | undefined {
  const literal = optionByLiteralText(line, options) ?? optionByLiteralText(line.trim().replace(LEAD_IN, ''), options)
  if (literal !== undefined || MARKED.test(said)) return literal
  return optionByWords(text, options) ?? optionByWords(said, options)
}

/** A letter before the text of its own option, with or without markup; other letters in that text ("D. A and B") do not count. */
function withOwnText(plain: string, said: string, options: readonly string[]): number | undefined {
  for (const text of [plain, said]) {
    const match = /^[([]?([A-Za-z])(?:[)\]]\s*[.:]?|\s*[.:,;]|\s+[-\u2013\u2014](?=\s)|(?=\s))\s*(\S.*)$/.exec(text)
    const position = match === null ? undefined : index(match[1] as string, options)
    if (position !== undefined && isTextOf(match?.[2] as string, options, position)) return position
  }
  return undefined
}

/** The letter that the sentence gives as the answer, if there is only one. */
function onlyLetter(text: string, said: string, options: readonly string[]): number | undefined {
  const first = leading(said)
  // "N/A" and "A or E" name more than the one letter that is an option.
  if (first.length > 1 && first.some((letter) => index(letter, options) === undefined)) return undefined
  const letters = [...first, ...parenthesised(text), ...cued(text)]
  if (letters.length > 0) letters.push(...mentioned(text, options))
  const named = new Set(letters.map((letter) => index(letter, options)).filter((found) => found !== undefined))
  return named.size === 1 ? [...named][0] : undefined
}

const CJK = '[\\p{Script=Han}\\p{Script=Hangul}\\p{Script=Hiragana}\\p{Script=Katakana}]'
const BESIDE_CJK = [new RegExp(`(${CJK})([A-Za-z])(?![A-Za-z])`, 'gu'), new RegExp(`(?<![A-Za-z])([A-Za-z])(${CJK})`, 'gu')]

/**
 * Makes full-width letters plain and removes emphasis, quotes, code marks, \boxed{}, tags and the marks of headings and lists. A
 * letter next to a script that puts no spaces between words counts as a single letter.
 */
function withoutMarkup(line: string): string {
  const spaced = BESIDE_CJK.reduce((text, edge) => text.replace(edge, '$1 $2'), line.normalize('NFKC'))
  return spaced
    .replace(/<\/?[a-z]+>/gi, ' ')
    .replace(/^\s*(?:#+|[-\u2022])\s+(?=\S)/, '')
    .replace(/\\(?:boxed|text|textbf|mathbf|mathrm)\s*/g, '')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[*_`"\u201c\u201d\u201e\u00ab\u00bb<>{}$\\]/g, '')
    .replace(/(^|\s)'(\p{L})'/gu, '$1$2')
    .trim()
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
  if (/^(?:is|was)\s+(?:the\s+)?(?:best|correct|right|true|most|answer)\b/i.test(rest)) return [letter]
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
