/** Marks that end a sentence, in any script, with the quotes and brackets that close after them. */
const END = /\p{Sentence_Terminal}+["'\u201d\u2019\u00bb\u300d)\]*_]*/gu
/** Marks of scripts that put no blank after a sentence. */
const WIDE = /[\u3002\uff01\uff1f\uff0e\uff61\u17d4\u17d5\u104a\u104b]/
/** A full stop after one of these ends no sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:mr|mrs|ms|dr|st|prof|vs|gen|sen|rep|gov|capt|col|lt|sgt|rev|hon|mt|ft|e\.g|i\.e|cf|approx)\.$/iu
/** "W." in "George W. Bush", "J." in "J. K. Rowling": a letter after a name or another initial, or the first thing said. */
const INITIAL = /(?:^|(?:^|\s)\p{Lu}[\p{L}'\u2019-]+\s+|\p{Lu}\.\s*)["'(\u201c]*(\p{Lu})\.$/u

/**
 * The sentences of a line. A full stop ends none before a small letter ("the U.S. capital"), after a title ("Dr. Who") or an initial
 * ("George W. Bush"), nor does an ellipsis ("Hmm... I don't know").
 * @param letters how many options the question has: their letters are answers ("B. I'm not sure"), not initials
 */
export function sentencesOf(line: string, letters = 0): string[] {
  const sentences: string[] = []
  let start = 0
  for (const match of line.matchAll(END)) {
    const end = match.index + match[0].length
    if (!endsSentence(line, start, match.index, match[0], letters)) continue
    sentences.push(line.slice(start, end).trim())
    start = end
  }
  sentences.push(line.slice(start).trim())
  return sentences.filter((sentence) => sentence !== '')
}

function endsSentence(line: string, start: number, at: number, mark: string, letters: number): boolean {
  if (WIDE.test(mark)) return true
  const after = line.slice(at + mark.length, at + mark.length + 12)
  if (after !== '' && !/^\s/.test(after)) return false
  if (!mark.startsWith('.')) return true
  if (/^\.\.+/.test(mark) || /^\s+\p{Ll}/u.test(after)) return false
  // Long enough for a name and an initial; a number after "No." must be seen.
  const before = line.slice(Math.max(start, at - 40), at + 1)
  if (ABBREVIATION.test(before) || (/(?:^|\s)no\.$/i.test(before) && /^\s+\d/.test(after))) return false
  const initial = INITIAL.exec(before)?.[1]
  return initial === undefined || initial.charCodeAt(0) - 65 < letters
}
