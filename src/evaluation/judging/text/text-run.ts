import type { AnswerWord } from './normalise.js'

/** Words written without blanks, so that "Spider-Man", "Spider Man" and "Spiderman" are the same letters. */
export interface TextRun {
  words: readonly AnswerWord[]
  letters: string
  /** Where each word begins in `letters`; one more entry for the end. */
  offsets: readonly number[]
}

/** Words `from` to `to` of a run, `to` not included. */
export interface Span {
  from: number
  to: number
}

/** Joins words. Two numbers stay apart: "1 2" is not 12. */
export function textRun(words: readonly AnswerWord[]): TextRun {
  const offsets: number[] = []
  let letters = ''
  let before = ''
  for (const { text } of words) {
    if (/\d$/.test(before) && /^\d/.test(text)) letters += ' '
    before = text
    offsets.push(letters.length)
    letters += text
  }
  return { words, letters, offsets: [...offsets, letters.length] }
}

/** Every place where the letters of `sought` are whole words of `run`. */
export function placesOf(run: TextRun, sought: string): Span[] {
  const places: Span[] = []
  if (sought === '') return places
  for (let at = run.letters.indexOf(sought); at >= 0; at = run.letters.indexOf(sought, at + 1)) {
    const from = wordAt(run, at)
    const to = from === undefined ? undefined : wordEndingAt(run, from, at + sought.length)
    if (from !== undefined && to !== undefined) places.push({ from, to })
  }
  return places
}

function wordAt({ offsets }: TextRun, at: number): number | undefined {
  let [low, high] = [0, offsets.length - 2]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((offsets[middle] as number) < at) low = middle + 1
    else high = middle
  }
  return offsets[low] === at ? low : undefined
}

function wordEndingAt({ words, offsets }: TextRun, from: number, end: number): number | undefined {
  for (let index = from; index < words.length; index++) {
    const wordEnd = (offsets[index] as number) + (words[index] as AnswerWord).text.length
    if (wordEnd === end) return index + 1
    if (wordEnd > end) return undefined
  }
  return undefined
}

const CHINESE_OR_JAPANESE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
const KOREAN = /^\p{Script=Hangul}/u
/** What Korean adds to a noun: case endings and the forms of "is". */
const KOREAN_ENDING =
  /^(?:은|는|이|가|을|를|에|의|와|과|도|만|로|으로|에서|에게|께서|부터|까지|보다|처럼|이나|나|라고|이라고|라|이라|인|이다|다|입니다|이에요|예요|에요|이야|야|이며|이고|이었다|였다|이었습니다|였습니다|일|것|요|죠|이죠|시|특별시|광역시|특별자치시|도|군|구|씨|님|왕|대왕|여왕|장군|선생|선생님|대통령|총리)+$/

/** What Chinese and Japanese add to the name of a place or person: city, province, country, and titles. */
const ADDED =
  /^(?:市|省|县|縣|県|都|府|州|区|區|国|國|町|村|郡|自治区|特别行政区|特別行政区|さん|氏|様|先生|主席|总统|總統|大統領|首相|女士)/
/** After a name, these make another one: 北京大学 is not 北京. */
const INSTITUTION =
  /^(?:大学|大學|大学校|高校|中学|小学|学院|病院|医院|空港|机场|機場|駅|站|港|城|塔|タワー|大桥|大橋|公園|公园|博物館|博物馆|美術館|美术馆|銀行|银行|新聞|日报|日報|湾|海峡)/

/** Whether the place is inside a longer word of Chinese, Japanese or Korean. 日本 in 日本海 and 서울 in 서울대학교 are parts of other names; 서울 in 서울입니다 has only an ending. */
export function isInsideLongerWord({ words }: TextRun, { from, to }: Span): boolean {
  const first = words[from] as AnswerWord
  const sameWord = (index: number, as: AnswerWord) => words[index]?.segment === as.segment
  const last = words[to - 1] as AnswerWord
  if (KOREAN.test(first.text) && sameWord(from - 1, first)) return true
  if (KOREAN.test(last.text) && sameWord(to, last)) return !KOREAN_ENDING.test(restOfWord(words, to))
  if (!CHINESE_OR_JAPANESE.test(last.text)) return false
  if (CHINESE_OR_JAPANESE.test(first.text) && sameWord(from - 1, first)) return true
  const after = words
    .slice(to, to + 4)
    .map((word) => (word.markBefore === '' ? word.text : ' '))
    .join('')
  if (INSTITUTION.test(after)) return true
  return sameWord(to, last) && !(to - from > 1 && ADDED.test(restOfWord(words, to)))
}

function restOfWord(words: readonly AnswerWord[], at: number): string {
  const { segment } = words[at] as AnswerWord
  let rest = ''
  for (let index = at; words[index]?.segment === segment; index++) rest += (words[index] as AnswerWord).text
  return rest
}
