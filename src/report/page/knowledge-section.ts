import { correctnessHistogram } from '../charts/correctness-histogram.js'
import { chartFigure } from '../charts/render.js'
import { riskCoverage } from '../charts/risk-coverage.js'
import { type Html, html } from '../html/html.js'
import type { ReportData } from '../report-data.js'

/** With fewer questions the line is meaningless. */
const LEAST = 20

/** What the initial model knows of D_src. */
export async function knowledgeSection({ knowledge, threshold }: ReportData): Promise<Html | null> {
  if (knowledge.length === 0) return null
  return html`<h2 id="knowledge">What the model knew before</h2>
<dl class="words">
<dt>Correctness</dt><dd>How surely the initial model answers a training question right: the share of its sampled answers that are right, or, with options to choose from, the probability it gives to the right one.</dd>
<dt>Threshold</dt><dd>From this correctness on (T_c in the literature) a question counts as known and may be trained with its right answer; below, it counts as unknown and may be trained with the refusal.</dd>
<dt>Certainty</dt><dd>How much its answers agree with each other, right or wrong.</dd>
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
<p>If it answered only the questions on which it is most certain, how many of those would be wrong? The further the line runs below the dashed one (all questions), the better its certainty tells right from wrong.</p>
${await chartFigure(riskCoverage(knowledge))}`
}`
}
