const LETTER = "\\(?[A-Z]\\)?(?![\\p{L}\\p{N}'])"
const LETTERS = `${LETTER}(?:(?:, ?|,? (?:and|or|nor|und|oder|et|ou|y|o|e) )${LETTER}){0,8}`
const OPTION = '(?:(?:the\\s+)?(?:answer|option|choice|letter)s?\\s+)?'
/** "not C", "neither A nor C", "rather than A", "A and C are wrong", "A isn't". */
const DENIED = [
  new RegExp(
    `(?<![\\p{L}])(?:not|(?:cannot|can't|not) be|never|neither|nor|isn'?t|rather than|instead of|unlike|nicht|pas|niet|inte|nie|non|не)\\s+${OPTION}${LETTERS}`,
    'giu',
  ),
  new RegExp(
    `(?<![\\p{L}\\p{N}])${LETTERS}\\s+(?:is|are|was|were)(?:n'?t\\s|\\s+(?:all\\s+|both\\s+|clearly\\s+)*(?:wrong|incorrect|false|not)(?![\\p{L}]))[^.,;]*`,
    'giu',
  ),
  /(?:不是|并非|並非|非)\s*[A-Z](?![A-Za-z])/gu,
]
/** A reason for what was said speaks of other options. */
const REASON = /(?<=\S)[,\s](?:because|since|as)\s.*$/i

/** A sentence without the letters that it denies and without the reason that it gives. */
export function withoutDeniedLetters(sentence: string): string {
  return DENIED.reduce((text, denied) => text.replace(denied, ' '), sentence.replace(REASON, '')).trim()
}
