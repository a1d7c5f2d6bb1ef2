import { visible } from '../text/readable.js'

const CJK =
  '[\\p{Script=Han}\\p{Script=Hangul}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]'
const BESIDE_CJK = [new RegExp(`(${CJK})([A-Za-z])(?![A-Za-z])`, 'gu'), new RegExp(`(?<![A-Za-z])([A-Za-z])(${CJK})`, 'gu')]
/** A tick, an arrow before everything, how sure the answer is, the number of a source. */
const SURE =
  /[\u2713\u2714\u2705\u2611]\ufe0f?|^\s*(?:=>|->|[\u2192\u21d2])\s*|\s*\(\s*(?:confidence:?\s*)?~?\d{1,3}\s?%[^()]{0,20}\)\s*$|(?<=\S)\s*\[\d{1,2}\]\s*$/giu
/** Turkish: B'dir, "is B". */
const TURKISH_IS = /(?<![\p{L}\p{N}])([A-Z])'([dt][iıuü]r)(?!\p{L})/gu

/**
 * Makes full-width letters plain and removes emphasis, quotes, code marks, LaTeX, tags and the marks of headings and lists. A letter
 * next to a script that puts no spaces between words counts as a single letter.
 */
export function withoutMarkup(line: string): string {
  const spaced = BESIDE_CJK.reduce((text, edge) => text.replace(edge, '$1 $2'), visible(line).normalize('NFKC'))
  return spaced
    .replace(SURE, ' ')
    .replace(/<\/?[a-z]+>/gi, ' ')
    .replace(/^\s*(?:#+|[-*\u2022])\s+(?=\S)/, '')
    .replace(/\\[[\]()]/g, ' ')
    .replace(/\\(?:boxed|textbf|text|mathbf|mathrm)\s*/g, '')
    .replace(/\\\s/g, ' ')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[*_`"\u201c\u201d\u201e\u00ab\u00bb<>{}$\\]/g, '')
    .replace(/(^|\s)'(\p{L})'/gu, '$1$2')
    .replace(TURKISH_IS, '$1 $2')
    .replace(/([([])\s*([A-Za-z])\s*([)\]])/g, '$1$2$3')
    .replace(/^\s*\d{1,2}[.)]\s+(?=[([]?[A-Z](?![\p{L}\p{N}]))/u, '')
    .trim()
}
