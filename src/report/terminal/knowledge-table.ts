import { groupBy } from '../../group-by.js'
import { counted, decimal, whole } from '../numbers.js'
import { type Column, textTable } from './table.js'

/** What the initial model knows of a training question: its correctness, and whether that counts as known. */
export interface QuestionKnowledge {
  subject?: string | undefined
  correctness: number
  known: boolean
}

const COLUMNS: readonly Column[] = [
  { header: 'subject', shrinks: true },
  { header: 'questions', align: 'right' },
  { header: 'known', align: 'right' },
  { header: 'unknown', align: 'right' },
  { header: 'mean correctness', align: 'right' },
]

/** How many questions the model knows: all together, and by subject, most questions first. */
export function knowledgeTable(asked: readonly QuestionKnowledge[], threshold: number, width = 100): string {
  const known = asked.filter((question) => question.known).length
  const line = `The model knows ${whole(known)} of ${counted(asked.length, 'question')} (correctness of at least ${threshold}).\n`
  const subjects = groupBy(asked, ({ subject }) => subject ?? '(no subject)')
  const sorted = [...subjects].sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || (a < b ? -1 : 1))
  const rows = sorted.map(([subject, members]) => row(subject, members))
  return `${line}\n${textTable(COLUMNS, rows.length > 1 ? [...rows, row('all', asked)] : rows, width)}`
}

function row(subject: string, members: readonly QuestionKnowledge[]): string[] {
  const known = members.filter((question) => question.known).length
  const mean = members.reduce((sum, { correctness }) => sum + correctness, 0) / members.length
  return [subject, whole(members.length), whole(known), whole(members.length - known), decimal(mean, 2)]
}
