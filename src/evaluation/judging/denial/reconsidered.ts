const OWN_MISTAKE = [
  "i(?:'ve| have)? made an? (?:mistake|error)",
  'my (?:mistake|bad|error)',
  '(?:my )?apologies for (?:the|my|that) \\w+',
  '(?:sorry|i apologi[sz]e) for (?:the|my|that) (?:mistake|error|confusion)',
  'on second thoughts?',
  'let me (?:reconsider|think again|re-?check|correct (?:that|myself))',
  "(?:that|this|it)(?:'s| is| was)(?: not|n't) (?:right|correct)",
  "(?:that|this|it)(?:'s| is| was) wrong",
].join('|')
const MARKS = '[.,;:!\\u2026\\u2013\\u2014-]+'
/** An answer and the words that take it back. */
const TAKEN_BACK = new RegExp(
  `^[^?]{0,200}?[\\p{L}\\p{N})"'*]\\s*${MARKS}\\s*(?:(?:oh|hmm|well|but|no)[,.]?\\s+)*` +
    `(?:(?:wait${MARKS}\\s*)?(?:${OWN_MISTAKE})\\s*${MARKS}\\s*|wait${MARKS}\\s+|or rather,?\\s+|actually,?\\s+)`,
  'iu',
)
/** What an answer begins with: "The answer is", "it's Istanbul", "Istanbul". */
const NEW_ANSWER =
  /^(?:[Tt]he (?:(?:correct|right|actual|real|true|best) )?(?:answer|option|choice)|(?:[Ii]t|[Tt]hat)(?:'s|\u2019s| is| was) (?:actually )?(?:[("'*]*\p{Lu}|\d)|[("'*]*(?:\p{Lu}[^\s,.]*|\d[\d.,]*)[.!)*]*(?:\s|$))/u
/** "I thought it was Ankara, but it is Istanbul." */
const I_THOUGHT = /^i (?:(?:initially|originally|first|always|once) )?thought\b[^.;?]{1,80}?[,;.] (?:but|however|yet),? /iu

/** "Ankara. Wait, that's not right. Istanbul." without what was taken back; so with "A. On second thought, B" and "A. Actually, the answer is B". */
export function withoutReconsidered(line: string): string {
  const said = line.replace(I_THOUGHT, '')
  const back = TAKEN_BACK.exec(said.replace(/\u2019/g, "'"))?.[0] ?? ''
  const rest = said.slice(back.length)
  return back !== '' && NEW_ANSWER.test(rest) ? rest : said
}
