const APOSTROPHES = /['\u2018\u2019\u201b\u02bc\u2032`\u00b4\uff07]/g

/** A full stop after one of these ends no sentence. */
const ABBREVIATION = /(?:^|\s)(?:mr|mrs|ms|dr|st|prof|vs)\.$/i

/** Whether the first sentence contains one of the phrases as whole words. Case, Unicode form and apostrophe style are ignored. */
export function isRefusal(line: string, phrases: readonly string[]): boolean {
  const sentence = plain(firstSentence(line))
  return phrases.some((phrase) => holdsPhrase(sentence, plain(phrase)))
}

/**
 * Up to the first full stop, question or exclamation mark that ends a sentence. One before a small letter does not
 * ("the U.S. capital"), nor does an ellipsis ("Hmm... I don't know") or a title ("Dr. Who").
 */
export function firstSentence(line: string): string {
  for (const match of line.matchAll(/[.!?]+["'\u201d\u2019)\]]*(?=\s)|[\u3002\uff01\uff1f]/g)) {
    const end = match.index + match[0].length
    const before = line.slice(Math.max(0, end - 12), end)
    const wide = /[\u3002\uff01\uff1f]/.test(match[0])
    if (!wide && (/\.\.\.?$/.test(before) || ABBREVIATION.test(before) || /^\s+\p{Ll}/u.test(line.slice(end, end + 12)))) continue
    return line.slice(0, end)
  }
  return line
}

function plain(text: string): string {
  // Upper case first: it expands the German sharp s, written as SS in capitals.
  const folded = text.normalize('NFKC').replaceAll('ẞ', 'ss').toUpperCase().toLowerCase()
  return folded.replace(APOSTROPHES, '').replace(/\s+/g, ' ').trim()
}

/** "unknown" must not be found in "unknowns"; scripts without spaces between words have no such boundary. */
function holdsPhrase(sentence: string, phrase: string): boolean {
  const bare = phrase.replace(/[.!?\u3002\uff01\uff1f]+$/, '')
  if (bare === '') return false
  for (let at = sentence.indexOf(bare); at >= 0; at = sentence.indexOf(bare, at + 1)) {
    const before = sentence.slice(0, at)
    const after = sentence.slice(at + bare.length)
    const cutsStart = SPACED_END.test(before) && SPACED_START.test(bare)
    const cutsEnd = SPACED_START.test(after) && SPACED_END.test(bare)
    if (!cutsStart && !cutsEnd) return true
  }
  return false
}

const SPACED = '(?![\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}])[\\p{L}\\p{N}]'
const SPACED_START = new RegExp(`^${SPACED}`, 'u')
const SPACED_END = new RegExp(`${SPACED}$`, 'u')
