import type { Results } from '../evaluation/results.js'
import { escapeHtml, htmlPage, htmlTable } from './html-page.js'
import { lossCurve } from './loss-curve.js'
import type { MovedGroup } from './moved-questions.js'
import { outcomeBars } from './outcome-bars.js'
import { RESULT_COLUMNS, resultCells } from './results-table.js'
import { SELECTION_COLUMNS, type SelectedQuestion, selectionCells } from './selection-table.js'

export interface RunPage {
  name: string
  results: Results
  selection: readonly SelectedQuestion[]
  moved: readonly MovedGroup[]
  /** Loss of every step of the tuning. */
  losses: readonly number[]
  /** The resolved configuration, YAML. */
  configuration: string
}

/** The page of one run. */
export function runPage({ name, results, selection, moved, losses, configuration }: RunPage): string {
  const datasets = [...new Set(results.rows.map((row) => row.dataset))]
  const tables = datasets.map((dataset) => {
    const rows = results.rows.filter((row) => row.dataset === dataset)
    const caption = `${dataset}: ${rows[0]?.n ?? 0} questions, percent, 95 % intervals in brackets`
    const header = RESULT_COLUMNS.map((column) => column.header)
    return (
      htmlTable(caption, header, resultCells(rows)) + outcomeBars(rows.map(({ method, pc, pw, pr }) => ({ label: method, pc, pw, pr })))
    )
  })
  const header = SELECTION_COLUMNS.map((column) => column.header)
  const groups = moved.map(
    ({ movement, count, examples }) => `<h3>${escapeHtml(movement.replace('->', ' → '))}: ${count}</h3>
${htmlTable(
  'examples',
  ['question', 'right answer', 'before', 'now'],
  examples.map((example) => [example.question, example.answer, example.before, example.after]),
)}`,
  )
  return htmlPage(
    `grait: ${name}`,
    `<h1>${escapeHtml(name)}</h1>
<h2>What came out</h2>
<p>Pc: share of questions answered right. Pw: answered wrong. Pr: refused with “I don’t know”. THS weighs the right answers that were kept
against the wrong ones that are left, at the rate at which the initial model traded one for the other: 0 is the initial model, higher is better.</p>
${tables.join('\n')}
<h2>What it was trained on</h2>
${htmlTable('questions by subject; the mean weight is that of the chosen unknown ones', header, selectionCells(selection))}
<h2>The tuning</h2>
${lossCurve(losses)}
<h2>Questions that moved</h2>
${groups.join('\n')}
<h2>How to get this again</h2>
<p>Save this as a YAML file and give it to <code>grait run</code>.</p>
<pre>${escapeHtml(configuration)}</pre>`,
  )
}
