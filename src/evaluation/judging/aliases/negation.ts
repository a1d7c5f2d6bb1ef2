import type { AnswerWord } from '../text/normalise.js'
import type { Span } from '../text/text-run.js'

/** Words that deny what follows, in the languages of the tests. */
const NOT = new Set('not isnt wasnt arent werent never nicht kein keine pas niet nie inte ikke не ні nao non'.split(' '))
/** Verbs whose denial denies what follows: "I don't think it is". */
const DENIED_VERB = new Set('think believe say'.split(' '))
const DENIED_HELPER = new Set('not dont doesnt didnt wouldnt cannot cant'.split(' '))
/** What may stand between a denial and the name: "not in", "isn't the". */
const BETWEEN = new Set(
  'a an the in on at by from of to it its is was be called named that actually really das der die den dem ist es est le la les el los une un der in det de een это to jest'.split(
    ' ',
  ),
)
const NEGATED_BEFORE = /(?:不是|并非|並非|非)$/
const NEGATED_AFTER = /^(?:では|じゃ)(?:な|ありません)|^(?:이|가|은|는)?(?:아니|아닙)|^degil|^नहीं/

/**
 * Whether the answer denies what it names here: "not Paris", "the answer isn't Paris", "I don't think it is Paris", "Paris is wrong",
 * 不是巴黎, パリではない. A denial reaches to the next comma or full stop; "not only Paris" is none.
 */
export function isDenied(words: readonly AnswerWord[], { from, to }: Span): boolean {
  return deniedBefore(words, from) || deniedAfter(words, to)
}

function deniedBefore(words: readonly AnswerWord[], from: number): boolean {
  if (NEGATED_BEFORE.test(joined(words.slice(Math.max(0, from - 2), from)))) return true
  for (let at = from - 1; at >= 0 && words[at + 1]?.markBefore === ''; at--) {
    const { text } = words[at] as AnswerWord
    if (NOT.has(text)) return true
    if (DENIED_VERB.has(text)) return DENIED_HELPER.has(words[at - 1]?.text ?? '')
    // Spanish "no es"; English "no" denies nothing ("no, Paris").
    if (text === 'no') return /^(?:es|fue|era|son)$/.test(words[at + 1]?.text ?? '')
    if (!BETWEEN.has(text) && !/^(?:es|fue|era|son|e|era)$/.test(text)) return false
  }
  return false
}

function deniedAfter(words: readonly AnswerWord[], to: number): boolean {
  const [next, second, third, fourth] = words.slice(to, to + 4).map((word) => (word.markBefore === '' ? word.text : ','))
  if (NEGATED_AFTER.test(joined(words.slice(to, to + 7)))) return true
  if (next === 'isnt' || next === 'wasnt') return isRight(second === 'the' ? third : second)
  if (next !== 'is' && next !== 'was') return false
  return second === 'wrong' || second === 'incorrect' || (second === 'not' && isRight(third === 'the' ? fourth : third))
}

function isRight(word: string | undefined): boolean {
  return word === 'correct' || word === 'right' || word === 'answer' || word === 'it'
}

function joined(words: readonly AnswerWord[]): string {
  return words.map((word) => word.text).join('')
}
