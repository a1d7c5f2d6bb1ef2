import { AND, OR } from '../denial/denial-words.js'
import { isDenied } from '../denial/denied.js'
import { type AnswerWord, wordsOfAnswer } from '../text/normalise.js'
import { isInsideLongerWord, placesOf, type Span, textRun } from '../text/text-run.js'
import { isAnswerNoun, isAnswerWord } from './answer-vocabulary.js'
import { lettersOfOptions } from './option-text.js'

/** An option named in an answer. */
interface Named extends Span {
  option: number
  denied: boolean
}

/** Longer lines are no answers that name an option by its words. */
const MOST_WORDS = 60
/** After these, an option at the end of a sentence is the answer: "The capital is Paris". */
const IS = /^(?:is|was|be|are|were|its|thats|choose|pick|select|say|guess|believe|think|est|cest|ist|es|son|e|er|ar|jest|este|это)$/
const UNSPACED_IS = /(?:[是为為选選はが]|[은는]|คือ|ตอบ)$/
const UNSPACED_END = /^(?:です|だ|でしょう|だと思います|입니다|이다|이에요|예요|ครับ|ค่ะ)?$/
/** "Paris is the capital", "Paris is correct". */
const IS_THE = /^(?:is|was|are|were|seems)$/
const THE = /^(?:the|correct|right|best|true)$/
const REASON = /^(?:because|since|as)$/

/**
 * The option that a sentence gives by its words: it says nothing else ("I think it's Paris", "Paris is correct"), ends in the option
 * after "is" or the like ("The capital is Paris"), or begins with it ("Paris is the capital"). Options that it denies don't count
 * ("Not London, but Paris"). Statements count before questions, then the sentence with most words of the question, then the first.
 */
export function optionSaid(line: string, options: readonly string[], question: string): number | undefined {
  const words = wordsOfAnswer(line)
  if (words.length > MOST_WORDS) return undefined
  const named = namedOptions(words, options)
  const sentences = sentencesOf(words).map((sentence) => sentenceWith(sentence, named))
  const isQuestion = ({ to }: Span) => (words[to - 1] as AnswerWord).markAfter === '?'
  const inOrder = [...sentences.filter((sentence) => !isQuestion(sentence)), ...sentences.filter(isQuestion)]
  const affirming = inOrder.filter((sentence) => sentence.named.some(({ denied }) => !denied))
  const first = affirming.length > 1 ? closestTo(question, words, affirming) : affirming[0]
  if (first === undefined) return undefined
  const affirmed = first.named.filter(({ denied }) => !denied)
  return (
    only(affirmed.filter((place) => isCalledAnswer(words, place))) ??
    only(affirmed.filter((place) => isSaid(words, first, place))) ??
    (named.length === 1 ? only(affirmed.filter((place) => beginsOrEnds(words, first, place, askedWords(question)))) : undefined)
  )
}

/** "London is the capital of the UK; Paris is the capital of France": the sentence that speaks of what is asked; the first of equal ones. */
function closestTo(question: string, words: readonly AnswerWord[], sentences: readonly Sentence[]): Sentence | undefined {
  const asked = new Set(wordsOfAnswer(question).map(({ text }) => text))
  const shared = sentences.map(({ from, to }) => new Set(words.slice(from, to).flatMap(({ text }) => (asked.has(text) ? [text] : []))).size)
  return sentences[shared.indexOf(Math.max(...shared))]
}

function only(named: readonly Named[]): number | undefined {
  const options = new Set(named.map(({ option }) => option))
  return options.size === 1 ? named[0]?.option : undefined
}

/** Where options are named; of two of which one is part of the other, the longer one. */
function namedOptions(words: readonly AnswerWord[], options: readonly string[]): Named[] {
  const run = textRun(words)
  const named = lettersOfOptions(options).flatMap((letters, option) => {
    if (letters === undefined || (letters.length < 2 && !/\d/.test(letters))) return []
    const places = placesOf(run, letters).filter((place) => !isInsideLongerWord(run, place))
    return places.map((place) => ({ ...place, option, denied: isDenied(words, place) }))
  })
  return named.filter((place) => !named.some((other) => other !== place && other.from <= place.from && other.to >= place.to))
}

function sentencesOf(words: readonly AnswerWord[]): Span[] {
  const ends = words.flatMap(({ markBefore }, at) => (at > 0 && /^[.!?;\u3002]/.test(markBefore) ? [at] : []))
  return [0, ...ends].map((from, index) => ({ from, to: ends[index] ?? words.length })).filter(({ from, to }) => to > from)
}

interface Sentence extends Span {
  named: Named[]
}

function sentenceWith(sentence: Span, named: readonly Named[]): Sentence {
  return { ...sentence, named: named.filter(({ from }) => from >= sentence.from && from < sentence.to) }
}

/** "The answer is Paris", also beside another option: "No, the answer is Yes". */
function isCalledAnswer(words: readonly AnswerWord[], { from }: Named): boolean {
  const [noun, is] = [words[from - 2]?.text ?? '', words[from - 1]?.text ?? '']
  return (IS.test(is) && isAnswerNoun(noun)) || (isAnswerNoun(is) && words[from]?.markBefore === ':')
}

function isSaid(words: readonly AnswerWord[], sentence: Sentence, place: Named): boolean {
  const within = words.slice(sentence.from, sentence.to)
  const reason = within.findIndex(({ text }) => REASON.test(text))
  const end = reason < 0 ? sentence.to : sentence.from + reason
  if (place.from >= end || isJoined(words, sentence, place)) return false
  const isOther = (at: number) =>
    !sentence.named.some((other) => (other.denied || other.option === place.option) && at >= other.from && at < other.to)
  const others = words.slice(sentence.from, end).filter((_, index) => isOther(sentence.from + index))
  if (others.every(({ text }) => isAnswerWord(text))) return true
  return (
    !sentence.named.some(({ denied, option }) => !denied && option !== place.option) && isComplement(words, { ...sentence, to: end }, place)
  )
}

/** "I and II only" is another option than "II only". */
function isJoined(words: readonly AnswerWord[], sentence: Span, { from, to }: Span): boolean {
  const [before, after] = [words[from - 1]?.text ?? '', words[to]?.text ?? '']
  // Folded, Italian "è" and Spanish "es" are also words for "and": after several words they mean "is", and so does "È" at the start.
  const isVerb = IS.test(before) && (from - 1 === sentence.from || from - sentence.from > 3)
  return (
    (words[from]?.markBefore === '' && !isVerb && (AND.has(before) || OR.has(before))) ||
    (words[to]?.markBefore === '' && (AND.has(after) || OR.has(after)))
  )
}

/** After "is" at the end, or before "is the" at the start. */
function isComplement(words: readonly AnswerWord[], sentence: Span, { from, to }: Named): boolean {
  const text = (at: number) => words[at]?.text ?? ''
  const ends = to >= sentence.to || (words[to] as AnswerWord).markBefore !== ''
  const before = words.slice(sentence.from, from)
  if (ends && IS.test(text(from - 1)) && words[from]?.markBefore === '') return true
  if (UNSPACED_IS.test(joined(before)) && UNSPACED_END.test(joined(words.slice(to, sentence.to)))) return true
  const begins = before.every((word) => isAnswerWord(word.text))
  const rest = joined(words.slice(to, sentence.to))
  if (begins && rest !== '' && UNSPACED_END.test(rest)) return true
  return begins && IS_THE.test(text(to)) && (words[to + 1]?.article === 'the' || THE.test(text(to + 1)))
}

/** The words of a question that tell what it is about. */
function askedWords(question: string): Set<string> {
  return new Set(wordsOfAnswer(question).flatMap(({ text }) => (text.length > 3 ? [text] : [])))
}

/**
 * "Picasso painted Guernica", "It was painted by Picasso": the only option that the answer names, at the start or the end of a sentence that
 * speaks of what is asked.
 */
function beginsOrEnds(words: readonly AnswerWord[], sentence: Span, place: Named, asked: ReadonlySet<string>): boolean {
  const { from, to } = place
  const speaksOfIt = words.slice(sentence.from, sentence.to).some(({ text }, index) => {
    const at = sentence.from + index
    return (at < from || at >= to) && asked.has(text)
  })
  if (!speaksOfIt || isJoined(words, sentence, place)) return false
  const others = sentence.to - sentence.from - (to - from)
  const alone = /[\p{L}]/u.test(words[from]?.text ?? '') || to >= sentence.to
  return others >= 2 && alone && (from === sentence.from || to >= sentence.to)
}

function joined(words: readonly AnswerWord[]): string {
  return words.map(({ text }) => text).join('')
}
