import { GraitError } from '../../errors.js'
import type { JudgedAnswer, Outcome } from './outcome.js'

/** Number of questions with each outcome. */
export type OutcomeCounts = Record<Outcome, number>

/** The measures Pc, Pw and Pr, in percent of all questions; they add up to 100. */
export interface Measures {
  /** Pc: correct answers. */
  pc: number
  /** Pw: wrong and unparseable answers. */
  pw: number
  /** Pr: refusals. */
  pr: number
}

/** Counts how many questions have each outcome. */
export function countOutcomes(outcomes: Iterable<Outcome>): OutcomeCounts {
  const counts: OutcomeCounts = { correct: 0, wrong: 0, refused: 0, unparseable: 0 }
  for (const outcome of outcomes) counts[outcome] += 1
  return counts
}

/**
 * Computes Pc, Pw and Pr, in percent of all questions.
 * @throws GraitError data_invalid when there are no answers
 */
export function measuresOf({ correct, wrong, refused, unparseable }: OutcomeCounts): Measures {
  const n = correct + wrong + refused + unparseable
  if (n === 0) throw new GraitError('data_invalid', 'there are no answers to measure')
  return { pc: (100 * correct) / n, pw: (100 * (wrong + unparseable)) / n, pr: (100 * refused) / n }
}

/** Computes Pc, Pw and Pr for each subject, sorted by name; answers without a subject are left out. */
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

/** Computes the mean measures over subjects (all weigh the same, as in published MMLU results); null if a question has no subject. */
export function meanOverSubjects(answers: readonly JudgedAnswer[]): (Measures & { subjects: number }) | null {
  if (answers.length === 0 || answers.some(({ subject }) => subject === undefined)) return null
  const each = [...measuresBySubject(answers).values()]
  const mean = (key: keyof Measures) => each.reduce((sum, measures) => sum + measures[key], 0) / each.length
  return { pc: mean('pc'), pw: mean('pw'), pr: mean('pr'), subjects: each.length }
}
