import { isAnswerWord } from '../letters/answer-vocabulary.js'

/** What stands in quotation marks. An apostrophe inside a word is none. */
const QUOTED =
  /"([^"]+)"|\u201c([^\u201d]+)\u201d|\u201e([^\u201c\u201d]+)[\u201c\u201d]|\u00ab([^\u00bb]+)\u00bb|\u300c([^\u300d]+)\u300d|\u300a([^\u300b]+)\u300b|(?<![\p{L}\p{N}])['\u2018](\S(?:.*?\S)?)['\u2019](?![\p{L}\p{N}])/gu

/**
 * A line without what it quotes, if it says something else: the song in '"I Don't Know How to Love Him" was sung by X' is no
 * refusal. 'My answer is "I don't know"' says nothing else and is left as it is.
 */
export function withoutQuotedTitles(line: string): string {
  const outside = line.replace(QUOTED, ' ')
  const said = outside.match(/[\p{L}\p{N}]+(?:['\u2019]\p{L}+)*/gu) ?? []
  return said.every(isAnswerWord) ? line : outside
}
