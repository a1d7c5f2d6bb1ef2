import { groupBy } from '../group-by.js'
import { repeatedQuestions } from './duplicates.js'
import { letterOf } from './question/letters.js'
import type { Question } from './question/question.js'

/** Counts that describe a set of questions. */
export interface DataCounts {
  questions: number
  mcqa: number
  oeqa: number
  /** Questions by number of options: {"4": 14042}. */
  optionCounts: Record<string, number>
  /** Correct options by letter; a model that always gives one letter is right that often. */
  answerBalance: Record<string, number>
  /** Mean number of correct answers of an open-ended question; null if there are none. */
  meanAnswers: number | null
  /** Questions that repeat an earlier one. */
  repeated: number
  /** Repeated questions whose correct answer differs from the first one's. */
  contradicting: number
  /** Multiple-choice questions with two equal options. */
  equalOptions: number
}

/** Counts that describe a data set, in total and by subject. */
export interface DataSummary extends DataCounts {
  /** The same counts for each subject, sorted by name; empty if no question has a subject. */
  subjects: (DataCounts & { subject: string })[]
}

/** Counts the questions of a data set, in total and by subject. */
export function summariseData(questions: readonly Question[]): DataSummary {
  const named = groupBy(
    questions.filter(({ subject }) => subject !== undefined),
    ({ subject }) => subject as string,
  )
  const subjects = [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([subject, members]) => ({ subject, ...countsOf(members) }))
  return { ...countsOf(questions), subjects }
}

function countsOf(questions: readonly Question[]): DataCounts {
  const choices = questions.filter(({ kind }) => kind === 'mcqa')
  const open = questions.filter(({ kind }) => kind === 'oeqa')
  const answers = open.reduce((sum, question) => sum + (question.answers?.length ?? 0), 0)
  const repeated = repeatedQuestions(questions)
  return {
    questions: questions.length,
    mcqa: choices.length,
    oeqa: open.length,
    optionCounts: tally(choices.map(({ options }) => String(options?.length ?? 0))),
    answerBalance: tally(choices.map(({ answer }) => letterOf(answer ?? 0))),
    meanAnswers: open.length === 0 ? null : answers / open.length,
    repeated: repeated.length,
    contradicting: repeated.filter(([first, again]) => rightAnswer(first) !== rightAnswer(again)).length,
    equalOptions: choices.filter(({ options }) => new Set(options).size < (options?.length ?? 0)).length,
  }
}

function tally(values: readonly string[]): Record<string, number> {
  const groups = [...groupBy(values, (value) => value)].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(groups.map(([value, members]) => [value, members.length]))
}

function rightAnswer({ options, answer, answers }: Question): string {
  return options === undefined ? JSON.stringify([...(answers ?? [])].sort()) : (options[answer ?? 0] ?? '')
}
