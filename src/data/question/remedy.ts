import { fieldPath } from '../../field-path.js'
import { nearestName } from '../../nearest-name.js'
import { indexOfLetter, letterOf } from './letters.js'
import { QUESTION_KEYS } from './question.js'

type Fields = Readonly<Record<string, unknown>>

/** Other names that files have for a field. */
const OTHER_NAMES: Record<string, readonly string[]> = {
  id: ['qid', 'question_id', 'questionid', 'uid', 'idx', 'index'],
  question: ['instruction', 'prompt', 'query', 'ctx', 'stem', 'input', 'text', 'problem'],
  options: ['choices', 'alternatives', 'candidates', 'choice', 'option'],
  answer: [
    'answer_index',
    'answer_idx',
    'correct',
    'correct_option',
    'correct_answer',
    'answerkey',
    'answer_key',
    'target',
    'label',
    'gold',
    'cop',
  ],
  answers: ['answer', 'aliases', 'possible_answers', 'correct_answers', 'target', 'output', 'gold'],
}

const HOW_TO: Record<string, string> = {
  id: 'Write "id": "q1", or another name of its own for each question.',
  kind: 'Write "kind": "mcqa" with options and answer, or "kind": "oeqa" with answers.',
  question: 'Write "question": "..." with the text that is asked.',
  options: 'Write "options": ["...", "..."].',
  answers: 'Write "answers": ["..."].',
}

/** What to do about a bad field of a question. */
export function remedyFor(path: readonly PropertyKey[], record: Fields): string {
  const field = String(path[0] ?? '')
  const value = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], record)
  return (
    (path.length === 1 ? rewritten(field, value, record) : undefined) ??
    (typeof value === 'number' ? inQuotes(value) : undefined) ??
    (typeof value === 'boolean'
      ? `Write it in quotes, in the words that an answer has: "${value}", or "${value ? 'yes' : 'no'}".`
      : undefined) ??
    (value === null && path.length > 1 ? 'Leave null out of the list.' : undefined) ??
    (value === undefined || value === null ? renamed(field, record) : undefined) ??
    (path.length === 1 ? HOW_TO[field] : undefined) ??
    `Correct the field ${fieldPath(path)}.`
  )
}

/** How the value is written where the form of it is to blame. */
function rewritten(field: string, value: unknown, record: Fields): string | undefined {
  if (field === 'answer' && typeof value === 'boolean' && record['kind'] === 'oeqa') {
    return `Write "answers": ["${value ? 'yes' : 'no'}"] instead of "answer", in the words that an answer has.`
  }
  if (field === 'kind' && typeof value === 'string') return kindFor(value)
  if (field === 'answer' && typeof value === 'number') return positionFor(value, record)
  if (field === 'answer' && typeof value === 'string') return answerAsPosition(value, record)
  if (field === 'answers' && typeof value === 'string') return `Write "answers": ${JSON.stringify([value])}.`
  if (field === 'answers' && value === undefined && ['string', 'number'].includes(typeof record['answer'])) {
    return `Write "answers": ${JSON.stringify([String(record['answer'])])} instead of "answer".`
  }
  if (['answer', 'answers'].includes(field) && record['kind'] === 'oeqa' && Array.isArray(record['answer'])) {
    return `Write "answers": ${JSON.stringify(record['answer'])} instead of "answer".`
  }
  if (field === 'options' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return `Write "options": ${JSON.stringify(Object.values(value))}.`
  }
  return undefined
}

/** Words that people have for the two kinds. */
const KIND_WORDS: readonly [kind: string, words: RegExp][] = [
  ['mcqa', /choice|^mc|multiple/i],
  ['oeqa', /open|free|short|generat|text|^oe|^qa$/i],
]

/** The kind that a word stands for, and how to write it. */
export function kindFor(word: string): string {
  const kind = KIND_WORDS.find(([, words]) => words.test(word))?.[0]
  return kind === undefined ? (HOW_TO['kind'] as string) : `Write ${kind} for ${JSON.stringify(word)}.`
}

function positionFor(answer: number, { options }: Fields): string | undefined {
  if (!Array.isArray(options) || options.length < 2 || options.length > 26) return undefined
  const last = options.length - 1
  const at = options.indexOf(String(answer))
  if (at >= 0) return `Options are counted from 0: write "answer": ${at} if the right option is the text ${JSON.stringify(options[at])}.`
  const counted = `Options are counted from 0: A is 0, ${letterOf(last)} is ${last}.`
  return answer === options.length
    ? `${counted} If the answers of this file count from 1, take 1 from every one of them; here, write ${last}.`
    : `${counted} Write the position of the right one.`
}

function answerAsPosition(answer: string, { kind, options }: Fields): string | undefined {
  if (kind === 'oeqa') return `Write "answers": ${JSON.stringify([answer])} instead of "answer".`
  const texts: unknown[] = typeof options === 'object' && options !== null ? Object.values(options) : []
  const found = new Set(
    [indexOfLetter(answer.toUpperCase()), texts.indexOf(answer)].filter((at) => at !== undefined && at >= 0 && at < texts.length),
  )
  const [position] = found
  if (found.size === 0 && /^\d+$/.test(answer)) return `Write the number without quotes, counted from 0: "answer": ${Number(answer)}.`
  return found.size === 1 ? `Write "answer": ${position} for ${JSON.stringify(answer)}: options are counted from 0.` : undefined
}

/** A key under which the missing field may stand. */
function renamed(field: string, record: Fields): string | undefined {
  const others = Object.keys(record).filter((key) => !QUESTION_KEYS.includes(key))
  const near = nearestName(field, others)
  if (near !== undefined && near[0]?.toLowerCase() === field[0]?.toLowerCase()) return `Is "${near}" a misspelling of "${field}"?`
  const other = others.find((key) => OTHER_NAMES[field]?.includes(key.toLowerCase()))
  return other === undefined ? undefined : `Is "${other}" meant for it? Rename it to "${field}".`
}

function inQuotes(value: number): string {
  const kept = !Number.isInteger(value) || Number.isSafeInteger(value)
  return kept ? `Write it in quotes: ${JSON.stringify(String(value))}.` : 'Write it in quotes: a number of so many digits loses some.'
}
