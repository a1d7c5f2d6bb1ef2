import type { DataCounts, DataSummary } from '../../data/summary.js'
import { type Column, textTable } from './table.js'

const COLUMNS: readonly Column[] = [
  { header: 'subject', shrinks: true },
  { header: 'questions', align: 'right' },
  { header: 'kind' },
  { header: 'options' },
  { header: 'right answers', shrinks: true, minWidth: 12 },
  { header: 'repeated', align: 'right' },
]

/** The contents of a data set: one line per subject, then the total. */
export function datasetTable({ subjects, ...all }: DataSummary, width = 100): string {
  const rows = subjects.map(({ subject, ...counts }) => cells(subject, counts))
  return textTable(COLUMNS, [...rows, cells(subjects.length === 0 ? 'all' : `all ${subjects.length} subjects`, all)], width)
}

/** The contents of a data set in one line. */
export function dataLine({ questions, mcqa, subjects, repeated, optionCounts }: DataSummary): string {
  const options = Object.keys(optionCounts).join(', ')
  const parts = [
    `${number(questions)} questions`,
    mcqa === questions ? `multiple choice (${options} options)` : mcqa === 0 ? 'open-ended' : `${number(mcqa)} of them multiple choice`,
    ...(subjects.length > 0 ? [`${subjects.length} subjects`] : []),
    ...(repeated > 0 ? [`${repeated} repeated`] : []),
  ]
  return parts.join(', ')
}

function cells(name: string, counts: DataCounts): string[] {
  const { questions, mcqa, oeqa, optionCounts, answerBalance, meanAnswers, repeated, contradicting } = counts
  const kind = [...(mcqa > 0 ? ['multiple choice'] : []), ...(oeqa > 0 ? ['open-ended'] : [])].join(', ')
  const options = Object.entries(optionCounts).map(([count, times]) => (times === mcqa ? count : `${count} (${times})`))
  const balance = Object.entries(answerBalance).map(([letter, times]) => `${letter} ${((100 * times) / mcqa).toFixed(0)} %`)
  const answers = [...balance, ...(meanAnswers === null ? [] : [`${meanAnswers.toFixed(1)} per question`])]
  return [
    name,
    number(questions),
    kind,
    options.join(', '),
    answers.join(', '),
    contradicting > 0 ? `${repeated}, ${contradicting} with different answers` : String(repeated),
  ]
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
