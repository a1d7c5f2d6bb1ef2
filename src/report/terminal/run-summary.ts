import type { Results } from '../../evaluation/result-rows.js'
import type { MovedGroup } from './moved-questions.js'
import { movedQuestionsText } from './moved-questions.js'
import { resultsTable } from './results-table.js'
import { type SelectedQuestion, selectionTable } from './selection-table.js'
import { wrapped } from './wrapped.js'

/** The three movements that tell most, in this order. */
const SHOWN = ['wrong->refused', 'right->refused', 'wrong->right']

export interface RunSummary {
  dir: string
  results: Results
  selection: readonly SelectedQuestion[]
  moved: readonly MovedGroup[]
  /** Notes for the reader, one sentence each. */
  notes: readonly string[]
}

/** What a run achieved, for the terminal: the table, the selection by subject, questions that moved. */
export function runSummary({ dir, results, selection, moved, notes }: RunSummary, width: number): string {
  const shown = SHOWN.flatMap((movement) => moved.filter((group) => group.movement === movement))
  const text = [
    resultsTable(results, width),
    'Pc: right, Pw: wrong, Pr: refused. THS: right answers kept, minus wrong answers left, weighted by the initial model’s ratio of right to wrong answers. The initial model scores 0.\n',
    ...(notes.length > 0 ? [`${notes.map((note) => `Note: ${note}.`).join('\n')}\n`] : []),
    `Training questions by subject\n${selectionTable(selection, width)}`,
    movedQuestionsText(shown, width),
    `${dir}/report.html\n`,
  ].join('\n')
  return wrapped(text, width)
}
