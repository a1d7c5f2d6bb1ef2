import { type Column, textTable } from './table.js'

/** A training question as the selection table shows it: its group, its subject, whether it was selected, the weight of its refusal. */
export interface SelectedQuestion {
  group: 'ik' | 'idk'
  subject?: string | undefined
  selected: boolean
  refusalWeight: number | null
}

export const SELECTION_COLUMNS: readonly Column[] = [
  { header: 'subject', shrinks: true },
  { header: 'known', align: 'right' },
  { header: 'chosen', align: 'right' },
  { header: 'unknown', align: 'right' },
  { header: 'chosen', align: 'right' },
  { header: 'mean weight', align: 'right' },
]

/** One row per subject, most questions first, and the total; the mean weight is that of the refusals. */
export function selectionCells(questions: readonly SelectedQuestion[]): string[][] {
  const bySubject = new Map<string, SelectedQuestion[]>()
  for (const question of questions) {
    const subject = question.subject ?? '(no subject)'
    const list = bySubject.get(subject)
    if (list === undefined) bySubject.set(subject, [question])
    else list.push(question)
  }
  const subjects = [...bySubject].sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || (a < b ? -1 : 1))
  const rows = subjects.map(([subject, list]) => row(subject, list))
  return rows.length > 1 ? [...rows, row('all', questions)] : rows
}

/** Available and selected known and unknown questions of each subject; shows an unbalanced selection. */
export function selectionTable(questions: readonly SelectedQuestion[], width = 100): string {
  return textTable(SELECTION_COLUMNS, selectionCells(questions), width)
}

function row(subject: string, questions: readonly SelectedQuestion[]): string[] {
  const known = questions.filter(({ group }) => group === 'ik')
  const unknown = questions.filter(({ group }) => group === 'idk')
  const chosen = unknown.filter(({ selected }) => selected)
  const weights = questions.flatMap(({ refusalWeight }) => refusalWeight ?? [])
  const weight = weights.reduce((sum, value) => sum + value, 0) / weights.length
  return [
    subject,
    String(known.length),
    String(known.filter(({ selected }) => selected).length),
    String(unknown.length),
    String(chosen.length),
    weights.length === 0 ? '–' : weight.toFixed(2),
  ]
}
