/** Encodings that texts have beside UTF-8, by the names that the platform and iconv give them; the likelier first. */
const ENCODINGS: readonly [platform: string, iconv: string][] = [
  ['windows-1252', 'WINDOWS-1252'],
  ['windows-1251', 'WINDOWS-1251'],
  ['gb18030', 'GB18030'],
  ['shift_jis', 'SHIFT_JIS'],
  ['euc-kr', 'EUC-KR'],
  ['big5', 'BIG5'],
  ['windows-1250', 'WINDOWS-1250'],
  ['windows-1253', 'WINDOWS-1253'],
  ['windows-1255', 'WINDOWS-1255'],
  ['windows-1256', 'WINDOWS-1256'],
  ['koi8-r', 'KOI8-R'],
  ['euc-jp', 'EUC-JP'],
  ['macintosh', 'MACINTOSH'],
]
const MOST_READINGS = 3

/** A line that is not UTF-8, in an encoding that makes sense of it. */
interface Reading {
  encoding: string
  text: string
}

/** What a line reads in other encodings, where it looks like text of one language there: people know their own. */
export function readingsOf(line: Uint8Array): Reading[] {
  const readings = ENCODINGS.flatMap(([platform, iconv]) => {
    const text = decoded(line, platform)
    return text !== undefined && looksWritten(text) ? [{ encoding: iconv, text }] : []
  })
  return readings.filter(({ text }, index) => readings.findIndex((other) => other.text === text) === index).slice(0, MOST_READINGS)
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Signs that no text of questions has: of control, of private use, unassigned, of boxes; Japanese half-width letters stand for other bytes. */
const STRANGE = /[\p{Cn}\p{Co}\u0080-\u009f\u2500-\u259f\uff61-\uff9f]/u
/** The scripts that a word may be written in; Chinese signs stand beside kana and Hangul. */
const SCRIPTS = [
  /^[\p{Script=Latin}\p{M}]+$/u,
  /^[\p{Script=Cyrillic}\p{M}]+$/u,
  /^[\p{Script=Greek}\p{M}]+$/u,
  /^[\p{Script=Hebrew}\p{M}]+$/u,
  /^[\p{Script=Arabic}\p{M}]+$/u,
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]+$/u,
  /^[\p{Script=Hangul}]+$/u,
]

/** Whether every word with a letter beyond ASCII is of one script, has capitals at its head alone, and not mostly accents. */
function looksWritten(text: string): boolean {
  if (STRANGE.test(text)) return false
  const words = (text.match(/[\p{L}\p{M}]+/gu) ?? []).filter((word) => /\P{ASCII}/u.test(word))
  return words.every((word) => {
    const accents = word.replace(/\p{ASCII}/gu, '').length
    return (
      SCRIPTS.some((script) => script.test(word)) &&
      !/\p{Ll}\p{Lu}/u.test(word) &&
      !(/\p{Script=Latin}/u.test(word) && word.length > 1 && accents * 2 > word.length)
    )
  })
}
