import { withoutReconsidered } from './reconsidered.js'

const NO_WAIT =
  '(?:(?:oh|hmm|well|actually|but),? )*(?:no,? wait|wait,? no|actually,? no|no,? actually|no,? sorry|sorry|scratch that|strike that|correction|make that|or rather|i meant)'
/** What takes back all that was said before it. */
const TAKEN_BACK = new RegExp(
  `^[^?]{0,200}?[\\p{L}\\p{N})"'*]\\s*[.,;:!\\u2026\\u2013\\u2014-]+\\s*${NO_WAIT}\\s*[,:.!\\u2013\\u2014-]+\\s*(?=\\S)`,
  'iu',
)
/** "Paris, I mean Lyon", "Paris - actually, Lyon": only before a name; "I mean the city" explains. */
const RENAMED =
  /^[^?]{0,200}?[\p{L}\p{N})]\s*[.,;\u2026\u2013\u2014-]+\s*(?:I mean|[Aa]ctually),? (?=\p{Lu}[^\s,.]*(?: \p{Lu}[^\s,.]*){0,3}[.!]?$)/u
/** What was thought at first, or is thought by others, before what is so. */
const THOUGHT_AT_FIRST =
  /^(?:at first|initially|originally)\b[^.;?]{1,120}?[,;.] (?:but|however|yet),? |^(?:many|most|some|people|others|everyone)\b[^.;?]{0,40}\b(?:think|thought|believe|say|assume|claim|guess)\b[^.;?]{1,80}?[,;.] (?:but|however|yet),? (?=(?:it|that|this|the (?:\S+ ){1,3})\s?(?:'s|\u2019s|is|was) (?:actually|really|in fact)\b)/iu
/** "Paris. However, Lyon is better". */
const BETTER =
  /^[^?]{0,200}?[.;,]\s+(?:however|but|although|yet|aber|mais|pero),?\s+(?=(?:[\p{L}\p{N}'()]+\s){1,4}?(?:is|seems|looks|would be|fits)\s+(?:(?:actually|really|probably|clearly|even)\s+)*(?:the\s+)?(?:better|best|correct|right|more\s+(?:likely|accurate|plausible|suitable|appropriate|correct))(?!\p{L}))/iu
/** "It is not, as many believe, Paris". */
const ASIDE = /(?<=(?:\bnot|n['\u2019]t)),\s(?:as|contrary to|despite)\s[^,.;]{2,40},/giu
const STRUCK_OUT = /~~[^~]+~~/g

/** "Edison did not invent it; Bell did". */
const DID_NOT =
  /(?<=^|[.;]\s)(?!(?:i|we|you|it|this|that|there)\s)[^,.;:?!"\u201c]{1,60}?(?<!\b(?:who|which|that|what))\s(?:did|does|do)(?:\s+not|n't)\s(?!(?:have|get|seem|matter|exist)\b)[^.;:?!]{1,80}(?:[.;:!]\s*|$)/giu
const ASKS_WHAT_IS_NOT =
  /(?<![\p{L}])(?:not|never|no|none|except|neither|without|fail(?:ed|s)?|refuse[ds]?)(?!\p{L})|n['\u2019]t(?!\p{L})/iu

const DO_NOT = /\b(?:did|does|do)(?: not|n['\u2019]t)\b/i

/** An answer without those who did not do it, unless the question asks for them, or a right answer says so itself ("Charlie Don't Surf"). */
export function withoutOthersDeeds(line: string, question: string, texts: readonly string[]): string {
  if (!DO_NOT.test(line) || ASKS_WHAT_IS_NOT.test(question) || texts.some((text) => DO_NOT.test(text))) return line
  return line
    .replace(/\u2019/g, "'")
    .replace(DID_NOT, '')
    .trim()
}

/** What an answer says in the end: "Paris. No wait, Lyon" says Lyon, and so do "~~Paris~~ Lyon" and "Many think it is Paris, but it's really Lyon". */
export function withoutCorrected(line: string): string {
  const said = [STRUCK_OUT, ASIDE, TAKEN_BACK, RENAMED, THOUGHT_AT_FIRST, BETTER]
    .reduce((rest, corrected) => rest.replace(corrected, ''), withoutReconsidered(line))
    .trim()
  return /[\p{L}\p{N}]/u.test(said) ? said : line
}
