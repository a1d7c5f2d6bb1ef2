import { answerLine } from '../text/answer-line.js'
import type { AnswerWord } from '../text/normalise.js'
import { sentencesOf } from '../text/sentences.js'
import { placesOf, type Span, type TextRun, textRun } from '../text/text-run.js'
import { goesOnWithAnswer, isException, isSaidOfThing, isTitle } from './answered-after.js'
import { withoutQuotedTitles } from './quoted-titles.js'
import { LEAD_WORDS, OPENERS, OPENING_REFUSALS, QUESTION_WORDS, REFUSAL_PHRASES, SHORT_REFUSALS } from './refusal-phrases.js'
import { refusalWords } from './refusal-words.js'

/** A phrase in comparable form: the letters of its parts, between which up to `GAP` words may stand. */
interface CompiledPhrase {
  parts: string[]
  letters: string
  /** How many words come before what it says: 2 in "the answer is unknown" (articles are not counted). */
  lead: number
  /** "I'm sorry, but I": a refusal only if it goes on with a negation. */
  isOpen: boolean
  /** It begins with "...": up to four words may come before it. */
  startsOpen: boolean
}

const GAP = 4

/** What a refusal is sought in: the words of the line and of the question's texts, and where the searched part ends. */
export interface RefusalContext {
  /** Right answers or options: a phrase in one of them is no refusal ("I Don't Know How to Love Him"). */
  texts?: readonly string[] | undefined
  /** How many options the question has; see `sentencesOf`. */
  letters?: number | undefined
}

/** Which phrases are refusals. */
export interface RefusalRules {
  /** Phrases in any language. */
  refusalPhrases: readonly string[]
  /** Whether the built-in English ones count too. */
  builtInRefusals: boolean
}

/** plain: a refusal even if an answer follows. opening: one only if the answer is not right. */
export type Refusal = 'plain' | 'opening'

/** Whether the line is a refusal, where its right answers are not known; see `refusalIn`. */
export function isRefusal(line: string, rules: RefusalRules): boolean {
  return refusalIn(line, rules) !== undefined
}

/**
 * The refusal in the first sentence that says something: one of the phrases, a short refusal or one that opens the sentence. Apologies
 * and the like before it say nothing. Both sides are compared in one form (see `refusalWords`); blanks don't matter.
 * @param line one line, as `answerLine` gives it
 */
export function refusalIn(
  line: string,
  { refusalPhrases, builtInRefusals }: RefusalRules,
  { texts = [], letters = 0 }: RefusalContext = {},
): Refusal | undefined {
  const said = withoutQuotedTitles(line)
  const run = textRun(refusalWords(said))
  const first = firstSaid(said, letters)
  const all = [...compiled(refusalPhrases), ...(builtInRefusals ? compiled(REFUSAL_PHRASES) : [])]
  const named = compiled(texts).flatMap((text) => placesOf(run, text.letters))
  const counts = (found: readonly Occurrence[]) => found.some((phrase) => !named.some((place) => belongsTo(phrase, place)))
  if (counts(all.flatMap((phrase) => occurrences(run, phrase).filter(({ from }) => from < first.end)))) return 'plain'
  if (builtInRefusals) {
    const short = compiled(SHORT_REFUSALS).flatMap((phrase) => shortOccurrences(run, phrase))
    const opening = compiled(OPENING_REFUSALS).flatMap((phrase) => openingOccurrences(run, phrase, first))
    const [aboutThings, aboutSpeaker] = [
      short.filter((found) => isSaidOfThing(run.words, found)),
      short.filter((found) => !isSaidOfThing(run.words, found)),
    ]
    if (counts(aboutSpeaker)) return 'plain'
    if (counts([...aboutThings, ...opening])) return 'opening'
  }
  return named.length === 0 && isCutOff(line, run, all) ? 'plain' : undefined
}

const cache = new WeakMap<readonly string[], CompiledPhrase[]>()

function compiled(phrases: readonly string[]): CompiledPhrase[] {
  const known = cache.get(phrases)
  if (known !== undefined) return known
  const made = phrases.map(compile).filter(({ letters }) => letters !== '')
  cache.set(phrases, made)
  return made
}

function compile(phrase: string): CompiledPhrase {
  const line = answerLine(phrase)
  const words = refusalWords(line)
  const parts = line.split(/\.{3}|\u2026/).map((part) => textRun(refusalWords(part)).letters)
  const texts = words.map(({ text }) => text)
  const lead = /^(?:answer|it) is /.test(texts.join(' ')) ? 2 : 0
  return {
    parts: parts.filter((part) => part !== ''),
    letters: textRun(words).letters,
    lead,
    isOpen: texts.length > 1 && texts.at(-1) === 'i',
    startsOpen: /^\s*(?:\.{3}|\u2026)/.test(phrase),
  }
}

/** A phrase in a line, and where in it the saying begins. */
type Occurrence = Span & { core: number }

function occurrences(run: TextRun, phrase: CompiledPhrase): Occurrence[] {
  const [first = '', ...rest] = phrase.parts
  return placesOf(run, first).flatMap(({ from, to }) => {
    let end = to
    for (const part of rest) {
      const next = placesOf(run, part).find((place) => place.from >= end && place.from - end <= GAP)
      if (next === undefined) return []
      end = next.to
    }
    if (isException(run.words, end) || isTitle(run.words, end) || (phrase.isOpen && !goesOnNegated(run.words, end))) return []
    return [{ from, to: end, core: from + phrase.lead }]
  })
}

/** Words after which a short refusal goes on without becoming something else: "Not sure about that". */
const AFTER_SHORT = new Set(
  'about but of what who whom which where when how if whether why to this it me as here from with because'.split(' '),
)

function shortOccurrences(run: TextRun, phrase: CompiledPhrase): Occurrence[] {
  return occurrences(run, phrase).filter(({ from, to }) => {
    const next = run.words[to]
    const ends = next === undefined || next.markBefore !== '' || AFTER_SHORT.has(next.text)
    return ends && isUnbroken(run.words, from, to) && run.words.slice(0, from).every(({ text }) => LEAD_WORDS.has(text))
  })
}

/** Whether no mark stands between these words: "No, the answer is ..." is not "No answer". */
function isUnbroken(words: readonly AnswerWord[], from: number, to: number): boolean {
  return words.slice(from + 1, to).every(({ markBefore }) => markBefore === '')
}

/** Refusals with which the first sentence begins: no mark stands in them ("No, the answer ..."), and no answer follows ("but I think ..."). */
function openingOccurrences(run: TextRun, phrase: CompiledPhrase, { starts, end }: FirstSaid): Occurrence[] {
  return occurrences(run, phrase).filter(({ from, to }) => {
    let begin = starts.findLast((start) => start <= from) ?? 0
    while (begin < from && LEAD_WORDS.has((run.words[begin] as AnswerWord).text)) begin += 1
    const isOpening = from < end && from - begin <= (phrase.startsOpen ? GAP : 0)
    return isOpening && isUnbroken(run.words, begin, to) && !goesOnWithAnswer(run.words, to)
  })
}

function goesOnNegated(words: readonly AnswerWord[], end: number): boolean {
  return words.slice(end, end + 3).some(({ text }) => /^(?:not|no|lack|refuse|decline|unable|unsure|must)$/.test(text))
}

/** Where the first sentence that says something ends, and where it and those before it begin, in words. */
interface FirstSaid {
  starts: readonly number[]
  end: number
}

function firstSaid(line: string, letters: number): FirstSaid {
  const starts: number[] = []
  let end = 0
  for (const sentence of sentencesOf(line, letters)) {
    const said = refusalWords(sentence)
    starts.push(end)
    end += said.length
    if (said.length > 0 && !isOpener(said)) break
  }
  return { starts, end }
}

function isOpener(words: readonly AnswerWord[]): boolean {
  const { letters } = textRun(words)
  return compiled(OPENERS).some((opener) => opener.letters === letters) || words.some(({ text }) => QUESTION_WORDS.has(text))
}

/** Whether the phrase belongs to a right answer or an option: that covers it, or begins or ends in it. */
function belongsTo({ from, to, core }: Occurrence, place: Span): boolean {
  const covers = place.from <= core && place.to >= to
  const goesOn = place.from < to && place.to > to
  const comesBefore = place.from < from && place.to > from
  return covers || goesOn || comesBefore
}

/** "I don't kno", cut off by the limit of tokens: nothing else was said, and three quarters of a phrase are there. */
function isCutOff(line: string, { letters }: TextRun, phrases: readonly CompiledPhrase[]): boolean {
  if (letters.length < 7 || /[.!?\u3002]$/.test(line)) return false
  return phrases.some(
    (phrase) => phrase.parts.length === 1 && phrase.letters.startsWith(letters) && letters.length >= 0.75 * phrase.letters.length,
  )
}
