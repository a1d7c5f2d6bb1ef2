import { fold } from '../text/fold.js'

/** English words that every sentence may hold. As names (It, The Who, US) they are known by their capitals. */
const FUNCTION_WORDS = new Set(
  (
    'i you he she it we they me him her us them my your his its our their this that these those who whom whose what which when where ' +
    'why how is are was were be been am do does did has have had will would can could may might must shall should not nor or and but ' +
    'if so as at by for from in into of off on onto out over to up with than then all any some each such too very just only more most'
  ).split(' '),
)
const LEAD_IN =
  /^(?:so,?\s+)?(?:(?:the|my)\s+)?(?:(?:correct|right|best|final)\s+)*(?:answer|it|this|that|name|title)(?:\s*:|(?:\s+(?:is|was)|'s)\s*:?)\s*/i

/** Whether these words, articles left out, are all such words. */
export function onlyFunctionWords(words: readonly string[]): boolean {
  return words.length > 0 && words.every((word) => FUNCTION_WORDS.has(word))
}

/** The answer without "The answer is", "It is" or "Answer:". */
export function withoutLeadIn(answer: string): string {
  return answer.replace(LEAD_IN, '')
}

/**
 * Whether the answer writes these words as a name: each with a capital, and not only because a sentence begins ("It is Carrie",
 * "Who knows?"). "I" always has one.
 * @param letters the words of the name without articles, joined
 */
export function isWrittenAsName(answer: string, letters: string): boolean {
  if (letters === 'i' || answer === answer.toUpperCase()) return false
  const written = [...answer.matchAll(/[\p{L}\p{M}.'\u2019]+/gu)].map((match) => ({
    letters: fold(match[0]).replace(/[.']/g, ''),
    capital: /^\p{Lu}/u.test(match[0]),
    first: /(?:^|[.!?:]\s+)["'\u201c(*_]*$/.test(answer.slice(0, match.index)) && !/^["\u201c]$/.test(answer.charAt(match.index - 1)),
    capitals: /^\p{Lu}\.?\p{Lu}/u.test(match[0]),
  }))
  return written.some((_, from) => {
    let said = ''
    for (let at = from; at < written.length && said.length < letters.length; at++) said += written[at]?.letters ?? ''
    const run = written.slice(from, from + lengthOf(written.slice(from), letters))
    return said === letters && run.every(({ capital }) => capital) && run.some(({ first, capitals }) => !first || capitals)
  })
}

function lengthOf(words: readonly { letters: string }[], letters: string): number {
  let length = 0
  for (let count = 0; length < letters.length && count < words.length; count++) {
    length += words[count]?.letters.length ?? 0
    if (length >= letters.length) return count + 1
  }
  return words.length
}
