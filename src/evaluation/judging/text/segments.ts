/** Stands between the words of a script that puts no blanks between them; a character that no text has. */
export const BREAK = '\ue000'

/** A character of a script without blanks between words: each is a word, so a name is found inside a sentence. */
export const UNSPACED =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]\\p{M}*'

const CHINESE_OR_JAPANESE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30fc\uff70\uff9e\uff9f]{1,400}/gu
const segmenter = new Intl.Segmenter('ja', { granularity: 'word' })

/** A text with `BREAK` around the words of Chinese and Japanese, found by the dictionary of Unicode's libraries. */
export function segmented(text: string): string {
  return text.replace(CHINESE_OR_JAPANESE, (run) => {
    const words = [...segmenter.segment(run.normalize('NFKC'))].map(({ segment }) => segment)
    return `${BREAK}${words.join(BREAK)}${BREAK}`
  })
}
