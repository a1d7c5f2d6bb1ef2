import { LATIN } from './option-labels.js'
import { plainName, type UnreadField } from './unread-fields.js'

/** Names, in their plain form, of fields that say which of several texts is right. */
const SAYS_RIGHT =
  /^(?:is|the)?(?:(?:correct|right|gold|golden|true|best|expected|target|label|solution|truth|groundtruth)(?:answers?|option|choice)?|answer(?=.))(?:letter|index|idx|label|text|key|value|position|pos|number|num|flag|mask)*s?$|^(?:cop|key)$/
/** Those whose text is an option's, and no explanation. */
const NAMES_OPTION = /^(?:correct|right|gold)(?:answer|option|choice)(?:text|value)?$/
/** Names of lists that have a number for each text. */
const GRADES = /correct|right|score|confiden|certain|logit|grade|mark|rating|weight|vote|prob|valid|verdict|judg|label|gold|truth|target/
const VERDICTS = new Map(
  Object.entries({
    true: ['1', 'true', 'yes', 'right', 'correct', 'valid'],
    false: ['0', 'false', 'no', 'wrong', 'incorrect', 'invalid'],
  }).flatMap(([verdict, words]) => words.map((word): [string, boolean] => [word, verdict === 'true'])),
)

/** The field that seems to say which of a question's answers are right, though all of them would count; undefined if there is none. */
export function marksAnswers(answers: readonly string[], fields: readonly UnreadField[]): string | undefined {
  return fields.find(([name, value]) => {
    const plain = plainName(name)
    const list = listOf(value, plain)
    if (list?.length === answers.length && tellsApart(list, plain)) return true
    if (!SAYS_RIGHT.test(plain)) return false
    if (list === undefined && /correct|right/.test(plain) && (typeof value === 'boolean' || answers.length < 2))
      return verdictOf(value) === false
    const called = list ?? [value]
    return called.length > 0 && called.length < answers.length && called.every((one) => callsOne(one, answers))
  })?.[0]
}

/** The field that calls another option right than the one that is read; undefined if there is none. */
export function contradictsAnswer(options: readonly string[], answer: number, fields: readonly UnreadField[]): string | undefined {
  return fields.find(([name, value]) => {
    const plain = plainName(name)
    const list = listOf(value, plain)
    if (list?.length === options.length) {
      const verdicts = list.map(verdictOf)
      return verdicts.filter((verdict) => verdict === true).length === 1 && !verdicts.includes(undefined) && verdicts[answer] === false
    }
    if (!SAYS_RIGHT.test(plain)) return false
    const [one, ...others] = list ?? [value]
    const called = others.length > 0 ? [] : positionsOf(one, options)
    return called.length > 0 ? !called.includes(answer) : NAMES_OPTION.test(plain) && isNoOption(one, options)
  })?.[0]
}

/** Whether a list with a value for each text calls some of them wrong, or less right than others. */
function tellsApart(list: readonly unknown[], plain: string): boolean {
  const verdicts = list.map(verdictOf)
  const wrong = verdicts.includes(false)
  if (list.length < 2) return wrong && /correct|right/.test(plain)
  const named = GRADES.test(plain)
  if (!verdicts.includes(undefined)) return wrong && (named || verdicts.includes(true))
  return named && list.every((value) => numberOf(value) !== undefined) && new Set(list.map(String)).size > 1
}

/** A position from 0 or from 1, a letter, or a text that is not the main one. */
function callsOne(value: unknown, answers: readonly string[]): boolean {
  const number = numberOf(value)
  if (number !== undefined) return Number.isInteger(number) && number >= 0 && number <= answers.length
  if (typeof value !== 'string') return false
  return answers.indexOf(value.trim()) > 0 || (LATIN.positionOf(value.trim()) ?? answers.length) < answers.length
}

/** Every position, from 0, that a value may call: by a text, a letter, or a number from 0 or from 1. */
function positionsOf(value: unknown, options: readonly string[]): number[] {
  if (typeof value !== 'string' && typeof value !== 'number') return []
  const text = String(value).trim()
  const [, labelled = '', rest] = /^(?:(?:option|choice|answer)\s+)?[([]?([A-Za-z])(?:[)\].:]+\s*(.*))?$/s.exec(text) ?? []
  const texts = options.flatMap((option, at) =>
    [text, rest].some((each) => each !== undefined && caseless(each) === caseless(option)) ? [at] : [],
  )
  const number = numberOf(value)
  const others = number === undefined ? [LATIN.positionOf(labelled)] : [number, number - 1]
  return [...texts, ...others.filter((at) => at !== undefined && options[at] !== undefined)] as number[]
}

function caseless(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

/** A text that no option has, not even among other words. */
function isNoOption(value: unknown, options: readonly string[]): boolean {
  if (typeof value !== 'string' || value.trim() === '') return false
  const text = caseless(value)
  return !options.map(caseless).some((option) => text.includes(option) || option.includes(text))
}

/** A list, also of zeros and ones in a text (0,1,0), or a grade under each text. */
function listOf(value: unknown, plain: string): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (typeof value === 'object' && value !== null && GRADES.test(plain)) return Object.values(value)
  return typeof value === 'string' && /^\s*[01](?:\s*[,;\s]\s*[01])+\s*$/.test(value) ? value.trim().split(/\s*[,;\s]\s*/) : undefined
}

function verdictOf(value: unknown): boolean | undefined {
  return VERDICTS.get(String(value).trim().toLowerCase())
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\s*-?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : undefined
}
