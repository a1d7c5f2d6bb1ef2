import { correctnessHistogram } from '../charts/correctness-histogram.js'
import { chartFigure } from '../charts/render.js'
import { riskCoverage } from '../charts/risk-coverage.js'
import { type Html, html } from '../html/html.js'
import type { ReportData } from '../report-data.js'

/** With fewer questions the line is meaningless. */
const LEAST = 20

/** What the initial model knows of the training questions. */
export async function knowledgeSection({ knowledge, threshold }: ReportData): Promise<Html | null> {
  if (knowledge.length === 0) return null
  return html`<h2 id="knowledge">What the model knew before</h2>
<dl class="words">
<dt>Correctness</dt><dd>How reliably the initial model answers a training question right. For open-ended questions, the share of its sampled answers that are right; for multiple choice, the probability it gives to the right option.</dd>
<dt>Threshold</dt><dd>A question with at least this correctness (T_c in the papers) counts as known and may be trained with its right answer. A question below it counts as unknown and may be trained with the refusal.</dd>
<dt>Certainty</dt><dd>How much the model’s answers agree with each other, right or wrong.</dd>
</dl>
${await chartFigure(
  correctnessHistogram(
    knowledge.map(({ correctness }) => correctness),
    threshold,
  ),
)}
${
  knowledge.length >= LEAST &&
  html`<h3>Does the model know when it is wrong?</h3>
<p>If it answered only the questions it is most certain of, how many of these answers would be wrong? The dashed line shows all questions. The further the curve lies below it, the better certainty tells right from wrong.</p>
${await chartFigure(riskCoverage(knowledge))}`
}`
}
