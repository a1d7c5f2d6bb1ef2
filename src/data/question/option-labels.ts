import { asciiDigit } from './ascii-digit.js'

/** How options are called: by which letters or numbers, and where each of them stands, from 0. */
export interface Labelling {
  /** In words, for a message. */
  meaning: string
  /** The position of a label; undefined if there is no such label. */
  positionOf(label: string): number | undefined
}

/** The letters that number things, in the order of each script and language. */
const ALPHABETS: readonly (readonly [meaning: string, letters: string])[] = [
  ['a Cyrillic letter', 'АБВГДЕЖЗ'],
  ['a Greek letter', 'ΑΒΓΔΕ'],
  ['a Hebrew letter', 'אבגדהוזח'],
  ['an Arabic letter', 'ابجدهوز'],
  ['an Arabic letter', 'ابتثجح'],
  ['a Devanagari letter', 'कखगघङ'],
  ['a Devanagari letter', 'अबसद'],
  ['a Bengali letter', 'কখগঘঙ'],
  ['a Gujarati letter', 'કખગઘ'],
  ['a Gurmukhi letter', 'ਕਖਗਘ'],
  ['a Tamil letter', 'அஆஇஈஉ'],
  ['a Telugu letter', 'అఆఇఈ'],
  ['a Kannada letter', 'ಅಆಇಈ'],
  ['a Thai letter', 'กขคงจ'],
  ['a Lao letter', 'ກຂຄງຈ'],
  ['a Khmer letter', 'កខគឃង'],
  ['a Burmese letter', 'ကခဂဃင'],
  ['a Georgian letter', 'აბგდე'],
  ['an Armenian letter', 'ԱԲԳԴԵ'],
  ['a kana', 'アイウエオカキク'],
  ['a kana', 'イロハニホヘ'],
  ['a kana', 'あいうえおかきく'],
  ['a Hangul syllable', '가나다라마바사아'],
  ['a Hangul letter', 'ㄱㄴㄷㄹㅁㅂㅅㅇ'],
  ['a Chinese sign', '甲乙丙丁戊己庚辛'],
  ['a Chinese number', '一二三四五六七八'],
]
/** Letters of other scripts that look like Latin ones, as keyboards of several scripts mix them. */
const LIKE_LATIN: Record<string, string> = { А: 'A', В: 'B', С: 'C', Е: 'E', Α: 'A', Β: 'B', Ε: 'E' }

export const LATIN: Labelling = inOrder('a letter', [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'])
export const FROM_0: Labelling = { meaning: 'a position counted from 0', positionOf: (label) => wholeNumber(label) }
export const FROM_1: Labelling = { meaning: 'a position counted from 1', positionOf: (label) => before(wholeNumber(label)) }
export const ROMAN: Labelling = inOrder('a Roman number', ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'])
const LOOKS_LATIN: Labelling = {
  meaning: 'a letter that looks like a Latin one',
  positionOf: (label) => LATIN.positionOf(LIKE_LATIN[labelForm(label)] ?? label),
}
/** The letters of scripts other than Latin, and Roman numbers. */
export const OTHER_LETTERS: readonly Labelling[] = [
  LOOKS_LATIN,
  ...ALPHABETS.map(([meaning, letters]) => inOrder(meaning, [...letters])),
  ROMAN,
]
const LABELLINGS = [LATIN, ...OTHER_LETTERS, FROM_1, FROM_0]

/** Names that call options one after the other, from the first on. */
export interface LabelledRun<T> {
  labelling: Labelling
  /** In the order of the options. */
  items: T[]
}

/**
 * The names that call options in one of the ways that are known. More than one run is returned where two sets of names do, or where
 * one set does in two orders: А, Б, В are Cyrillic letters, А, В, С are Latin ones in another script.
 */
export function labelledRuns<T>(items: readonly T[], labelOf: (item: T) => string): LabelledRun<T>[] {
  const runs = LABELLINGS.flatMap((labelling) => runOf(items, labelOf, labelling))
  const largest = runs.filter(
    ({ items: own }) => !runs.some(({ items: other }) => other.length > own.length && own.every((item) => other.includes(item))),
  )
  return largest.filter((run, index) => largest.findIndex(({ items: own }) => own.every((item, at) => item === run.items[at])) === index)
}

function runOf<T>(items: readonly T[], labelOf: (item: T) => string, labelling: Labelling): LabelledRun<T>[] {
  const placed = items.flatMap((item) => {
    const at = labelling.positionOf(labelOf(item))
    return at === undefined ? [] : [{ item, at }]
  })
  placed.sort((a, b) => a.at - b.at)
  return placed.length > 0 && placed.every(({ at }, index) => at === index) ? [{ labelling, items: placed.map(({ item }) => item) }] : []
}

/** Whether a text is one of the first labels in any of the known ways. */
export function isLabel(text: string, first = 26): boolean {
  return LABELLINGS.some(({ positionOf }) => (positionOf(text) ?? first) < first)
}

function inOrder(meaning: string, labels: readonly string[]): Labelling {
  const positions = new Map(labels.map((label, index) => [labelForm(label), index]))
  return { meaning, positionOf: (label) => positions.get(labelForm(label)) }
}

/** One form of a label: ａ and A, أ, ا and الف, ① and 1, ٢ and 2. */
export function labelForm(label: string): string {
  const form = label
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\u0640\u200c-\u200f]/g, '')
    .replace(/[أإآٱ]|^الف$/g, 'ا')
  return form.replace(/\p{Nd}/gu, asciiDigit)
}

function wholeNumber(label: string): number | undefined {
  const form = labelForm(label)
  return /^\d{1,2}$/.test(form) ? Number(form) : undefined
}

function before(number: number | undefined): number | undefined {
  return number === undefined || number === 0 ? undefined : number - 1
}
