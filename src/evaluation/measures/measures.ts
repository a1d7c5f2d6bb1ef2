import { GraitError } from '../../errors.js'
import type { JudgedAnswer, Outcome } from './outcome.js'

/** How many questions came to each outcome. */
export type OutcomeCounts = Record<Outcome, number>

/** Percent of all questions; they add up to 100. */
export interface Measures {
  /** Right answers. */
  pc: number
  /** Wrong and unparseable answers. */
  pw: number
  /** Refusals. */
  pr: number
}

/** How many questions came to each outcome. */
export function countOutcomes(outcomes: Iterable<Outcome>): OutcomeCounts {
  const counts: OutcomeCounts = { correct: 0, wrong: 0, refused: 0, unparseable: 0 }
  for (const outcome of outcomes) counts[outcome] += 1
  return counts
}

/**
 * Pc, Pw, Pr over questions.
 * @throws GraitError data_invalid where there are no answers
 */
export function measuresOf({ correct, wrong, refused, unparseable }: OutcomeCounts): Measures {
  const n = correct + wrong + refused + unparseable
  if (n === 0) throw new GraitError('data_invalid', 'there are no answers to measure')
  return { pc: (100 * correct) / n, pw: (100 * (wrong + unparseable)) / n, pr: (100 * refused) / n }
}

/** Pc, Pw, Pr of each subject, sorted by name; answers without a subject are not among them. */
export function measuresBySubject(answers: readonly JudgedAnswer[]): Map<string, Measures> {
  const outcomes = new Map<string, Outcome[]>()
  for (const { subject, outcome } of answers) {
    if (subject === undefined) continue
    const list = outcomes.get(subject)
    if (list === undefined) outcomes.set(subject, [outcome])
    else list.push(outcome)
  }
  const subjects = [...outcomes.keys()].sort((a, b) => (a < b ? -1 : 1))
  return new Map(subjects.map((subject) => [subject, measuresOf(countOutcomes(outcomes.get(subject) ?? []))]))
}

/** Mean over subjects (each counts the same, as in published MMLU figures); null where a question has no subject. */
export function meanOverSubjects(answers: readonly JudgedAnswer[]): (Measures & { subjects: number }) | null {
  if (answers.length === 0 || answers.some(({ subject }) => subject === undefined)) return null
  const each = [...measuresBySubject(answers).values()]
  const mean = (key: keyof Measures) => each.reduce((sum, measures) => sum + measures[key], 0) / each.length
  return { pc: mean('pc'), pw: mean('pw'), pr: mean('pr'), subjects: each.length }
}
