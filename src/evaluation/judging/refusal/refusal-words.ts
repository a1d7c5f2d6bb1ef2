import { type AnswerWord, without, wordsOfAnswer } from '../text/normalise.js'
import { ADVERBS } from './refusal-phrases.js'

const NEGATED = /^(i|we)?(do|does|did|could|would|should|is|are|was|were|have|has|had)nt$/
const SHORT: Record<string, string> = {
  cant: 'can not',
  icant: 'i can not',
  cannot: 'can not',
  wont: 'will not',
  im: 'i am',
  ive: 'i have',
  id: 'i would',
  ill: 'i will',
  weve: 'we have',
  its: 'it is',
  thats: 'that is',
  theres: 'there is',
}
const NOT_AVAILABLE = /(?<![\p{L}\p{N}])n\s?\/\s?a(?![\p{L}\p{N}])/giu
/** Endings of adverbs in English, French, and Spanish, Italian and Portuguese. "only" changes what is said, and "comment" and "comply" are none. */
const ADVERB = /^(?!(?:only|comment|comply|reply|rely|apply|supply)$).{2,}(?:ly|ment|mente)$/

const foldedAdverbs = new Set([...ADVERBS].flatMap((word) => wordsOfAnswer(word, { dropArticles: false }).map(({ text }) => text)))

/** The words of a text in which refusals are sought: long forms ("do not"), and without adverbs, unless there is nothing else. */
export function refusalWords(text: string): AnswerWord[] {
  const written = text.replace(NOT_AVAILABLE, 'not available')
  const words = wordsOfAnswer(written, { dropArticles: false }).flatMap(longForm)
  const bare = without(words, ({ text }) => foldedAdverbs.has(text) || ADVERB.test(text))
  return bare.length > 0 ? bare : words
}

function longForm(word: AnswerWord): AnswerWord[] {
  const long = SHORT[word.text] ?? word.text.replace(NEGATED, (_, subject = '', verb: string) => `${subject} ${verb} not`.trim())
  return long.split(' ').map((text, index) => ({ ...word, text, markBefore: index === 0 ? word.markBefore : '' }))
}
