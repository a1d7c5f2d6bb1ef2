import { influenceScatter } from '../charts/influence-scatter.js'
import { influenceStrips } from '../charts/influence-strips.js'
import { lossCurve } from '../charts/loss-curve.js'
import { chartFigure } from '../charts/render.js'
import { weightHistogram } from '../charts/weight-histogram.js'
import { type Html, html } from '../html/html.js'
import { htmlTable } from '../html/html-table.js'
import { counted, decimal, whole } from '../numbers.js'
import type { ReportData, TrainingCandidate, TuningData } from '../report-data.js'
import { SELECTION_COLUMNS, selectionCells } from '../terminal/selection-table.js'
import { shownTuning } from './shown.js'

/** Which questions were trained on, why, with which weights, and how the training went. */
export async function trainingSection(data: ReportData): Promise<Html | null> {
  const tuning = shownTuning(data)
  if (tuning === undefined) return null
  const subjects = new Map(data.knowledge.map(({ id, subject }) => [id, subject]))
  const answers = tuning.candidates.filter(({ answerWeight }) => answerWeight !== null)
  const refusals = tuning.candidates.filter(({ refusalWeight }) => refusalWeight !== null)
  const both = answers.filter(({ refusalWeight }) => refusalWeight !== null).length
  const which = data.tunings.length > 1 ? ` (${tuning.method}, seed ${tuning.seed})` : ''
  return html`<h2 id="training">What it was trained on${which}</h2>
<p><strong>${tuning.method}</strong> chose ${counted(answers.length, 'question')} to train with an answer, and ${counted(refusals.length, 'question')} to train with the refusal${both > 0 && `, ${whole(both)} of them with both`}.</p>
${await influenceCharts(tuning, subjects)}
<h3>By subject</h3>
<p>The known and unknown questions of each subject, and how many of each were chosen. The mean weight is that of the refusals.</p>
${htmlTable({
  label: 'Training questions by subject',
  header: SELECTION_COLUMNS.map(({ header }) => header),
  rows: selectionCells(tuning.candidates.map((candidate) => ({ ...candidate, subject: subjects.get(candidate.id) }))),
})}
${await weights(refusals)}
<h3>The tuning</h3>
<p>The loss is the mean of −log p over the tokens of the target text, where p is the probability that the model gives to a token. It falls as the model learns the targets.</p>
${tuning.losses.length > 1 && (await chartFigure(lossCurve(tuning.losses)))}
${data.tunings.length > 1 && everyTuning(data.tunings)}`
}

async function influenceCharts({ candidates, method }: TuningData, subjects: ReadonlyMap<string, string | undefined>): Promise<Html> {
  const points = candidates.flatMap(({ id, group, correctness, refusalInfluence, selected }) =>
    group === 'idk' && refusalInfluence !== null
      ? [{ id, correctness, refusalInfluence, selected, subject: subjects.get(id) ?? '(no subject)' }]
      : [],
  )
  if (points.length === 0) return html`<p class="note">${method} does not use gradients, so there is no influence to show.</p>`
  const several = new Set(points.map(({ subject }) => subject)).size > 1
  return html`<dl class="words">
<dt>Refusal influence</dt><dd>How much learning to refuse this question pushes the model to refuse the other unknown questions. It is the product of the question’s gradient and the mean gradient of all unknown questions (both have length at most 1). In the first chart, points with equal correctness are drawn side by side.</dd>
</dl>
${await chartFigure(influenceScatter(points))}
${several && (await chartFigure(influenceStrips(points)))}`
}

async function weights(refusals: readonly TrainingCandidate[]): Promise<Html> {
  const values = refusals.flatMap(({ refusalWeight }) => refusalWeight ?? [])
  const equal = new Set(values).size <= 1
  const explained = html`<h3>Weights</h3>
<p>The more a refusal would teach the model to refuse what it knows (over-refusal influence), the less it counts. A right answer counts 1.</p>`
  if (values.length === 0) return html``
  if (equal) return html`<h3>Weights</h3><p>Every refusal counts ${decimal(values[0] ?? null, 2)}. Every right answer counts 1.</p>`
  return html`${explained}${await chartFigure(weightHistogram(values))}`
}

/** One row per method and seed. */
function everyTuning(tunings: readonly TuningData[]): Html {
  const mean = (values: readonly number[]) => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length)
  const rows = tunings.map(({ method, seed, candidates, losses }) => {
    const refused = candidates.filter(({ refusalWeight }) => refusalWeight !== null)
    return [
      method,
      String(seed),
      whole(candidates.filter(({ answerWeight }) => answerWeight !== null).length),
      whole(refused.length),
      decimal(mean(refused.map(({ correctness }) => correctness)), 2),
      decimal(mean(refused.flatMap(({ refusalInfluence }) => refusalInfluence ?? [])), 3),
      decimal(mean(losses.slice(-Math.max(1, Math.round(losses.length / 10)))), 3),
    ]
  })
  return html`<details><summary>What every method and seed was trained on</summary>${htmlTable({
    label: 'What every method was trained on',
    header: ['method', 'seed', 'answers', 'refusals', 'correctness of refusals', 'influence of refusals', 'last loss'],
    rows,
  })}</details>`
}
