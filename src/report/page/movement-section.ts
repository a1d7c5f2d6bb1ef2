import { outcomeFlow } from '../charts/outcome-flow.js'
import { chartFigure } from '../charts/render.js'
import { type Html, html } from '../html/html.js'
import { htmlTable } from '../html/html-table.js'
import { decimal, whole } from '../numbers.js'
import type { ReportData, TestedQuestions } from '../report-data.js'
import { movementsOf } from './movements.js'
import { shownTuning } from './shown.js'

/** How the outcomes of the initial model's right and wrong answers changed. */
export async function movementSection(data: ReportData): Promise<Html | null> {
  const tuning = shownTuning(data)
  if (tuning === undefined) return null
  const parts: Html[] = []
  for (const test of data.tests) {
    const flows = movementsOf(test, tuning)
    if (flows.every(({ count }) => count === 0)) continue
    const which = data.tunings.length > 1 ? ` (${tuning.method}, seed ${tuning.seed})` : ''
    parts.push(await chartFigure(outcomeFlow(flows, `${test.dataset}: initial model on the left, tuned model${which} on the right`)))
    if (data.tunings.length > 1) parts.push(everyTuning(data, test))
  }
  if (parts.length === 0) return null
  return html`<h2 id="moved">How each answer changed</h2>
<p>The width of a band shows the number of questions. Wrong to refused is the goal of the tuning. Right to refused is over-refusal, its price.</p>
${parts}`
}

/** The most important changes of outcome, one row per method and seed. */
function everyTuning(data: ReportData, test: TestedQuestions): Html {
  const rows = data.tunings.map((tuning) => {
    const flows = movementsOf(test, tuning)
    const count = (from: string, to: string) => flows.find((flow) => flow.from === from && flow.to === to)?.count ?? 0
    const all = (from: string) => flows.filter((flow) => flow.from === from).reduce((sum, flow) => sum + flow.count, 0)
    const share = (from: string) => (all(from) === 0 ? '–' : `${decimal((100 * count(from, 'refused')) / all(from))} %`)
    return [
      tuning.method,
      String(tuning.seed),
      share('wrong'),
      share('right'),
      whole(count('wrong', 'right')),
      whole(count('right', 'wrong')),
    ]
  })
  return html`<details><summary>Every method and seed: how many of the wrong and of the right answers became refusals</summary>${htmlTable({
    label: `Movements of every method on ${test.dataset}`,
    header: ['method', 'seed', 'wrong → refused', 'right → refused', 'wrong → right', 'right → wrong'],
    rows,
  })}</details>`
}
