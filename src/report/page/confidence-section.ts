import { mean } from '../../evaluation/measures/moments.js'
import { INIT_BASIC, isInitial, type ResultRow, type ThresholdComparison } from '../../evaluation/result-rows.js'
import { chartFigure } from '../charts/render.js'
import { type SelectiveModel, selectiveRisk } from '../charts/selective-risk.js'
import { type Html, html } from '../html/html.js'
import { htmlTable } from '../html/html-table.js'
import { bounds, decimal, signed } from '../numbers.js'
import type { ReportData } from '../report-data.js'

/** With more methods, a sentence each would be a wall of text. */
const MOST_SENTENCES = 4

/** Whether a tuned model does better than the initial one would if it refused what it is least sure of. */
export async function confidenceSection(data: ReportData): Promise<Html | null> {
  const parts: Html[] = []
  for (const { dataset } of data.tests) {
    const part = await ofDataset(data, dataset)
    if (part !== null) parts.push(part)
  }
  if (parts.length === 0) return null
  return html`<h2 id="confidence">Is tuning better than a threshold?</h2>
<p>A model can refuse without any tuning: it gives only the answers it is surest of. That is the line to beat. Below it, fewer of as many answers are wrong.</p>
<dl class="words">
<dt>Confidence</dt><dd>How probable the answer is against the refusal; in multiple choice, the letter against the other letters and the refusal.</dd>
<dt>AUROC, AP</dt><dd>How well confidence ranks right answers above wrong ones (area under the ROC curve, average precision). 50 % AUROC is chance.</dd>
<dt>ECE, AURC</dt><dd>How far confidence is from the share of right answers; the area under the curve of the chart. Lower is better.</dd>
<dt>THS at threshold</dt><dd>If answers below a threshold are refused too. The threshold was set on other questions.</dd>
</dl>
${parts}`
}

async function ofDataset(data: ReportData, dataset: string): Promise<Html | null> {
  const rows = data.results.rows.filter((row) => row.dataset === dataset && row.confidence !== undefined)
  const initial = rows.find(({ method }) => method === INIT_BASIC)
  if (rows.length === 0) return null
  const comparisons = (data.results.thresholdComparisons ?? []).filter((comparison) => comparison.dataset === dataset)
  // A curve for each method; of several seeds, the first.
  const first = [...new Map([...rows].reverse().map((row) => [row.method, row])).values()].reverse()
  const models = first.filter(({ method }) => method !== INIT_BASIC).flatMap(selective)
  const [line] = initial === undefined ? [] : selective(initial)
  return html`<h3>${dataset}</h3>
${verdicts(comparisons.filter(({ method }) => !isInitial(method)))}
${line !== undefined && models.length > 0 && (await chartFigure(selectiveRisk(line, models)))}
${comparisons.length > 0 && comparisonTable(comparisons)}
${confidenceTable(rows)}`
}

function selective({ method, riskCoverage, pw, pr }: ResultRow): SelectiveModel[] {
  if (riskCoverage === undefined) return []
  const coverage = 100 - pr
  return [{ method, points: riskCoverage.points, coverage, risk: coverage === 0 ? 0 : (100 * pw) / coverage }]
}

/** A sentence for each method; of many, one that names those above the line. */
function verdicts(comparisons: readonly ThresholdComparison[]): Html[] {
  if (comparisons.length <= MOST_SENTENCES) return comparisons.map(verdict)
  const above = comparisons.filter(({ interval }) => interval !== null && interval[0] > 0).map(({ method }) => method)
  const which = above.length === 0 ? 'None' : `${above.length}`
  return [
    html`<p>${which} of the ${comparisons.length} tuned methods ${above.length === 1 ? 'lies' : 'lie'} above what a threshold on the initial model gives, by more than the choice of questions would explain${above.length > 0 && `: ${above.join(', ')}`}.</p>`,
  ]
}

/** One sentence that the interval allows. */
function verdict({ method, coverage, difference, interval }: ThresholdComparison): Html {
  const figure = html`${signed(difference)} points of THS ${bounds(interval)}`
  const where = `where both answer ${decimal(coverage)} % of the questions`
  if (interval !== null && interval[0] > 0) {
    return html`<p><strong>${method}</strong> lies above what a threshold on the initial model gives: ${figure} ${where}.</p>`
  }
  if (interval !== null && interval[1] < 0) {
    return html`<p><strong>${method}</strong> lies below what a threshold on the initial model gives: ${figure} ${where}.</p>`
  }
  return html`<p><strong>${method}</strong> can’t be told apart from a threshold on the initial model: ${figure} ${where}.</p>`
}

function comparisonTable(comparisons: readonly ThresholdComparison[]): Html {
  return htmlTable({
    label: 'Each method against a threshold on the initial model',
    header: ['method', 'answers %', 'THS over the threshold', '95 % interval', 'p'],
    rows: comparisons.map(({ method, coverage, difference, interval, p }) => [
      method,
      decimal(coverage),
      signed(difference),
      bounds(interval),
      p === null ? '–' : p < 0.001 ? '< 0.001' : p.toFixed(3),
    ]),
  })
}

/** Means over seeds; a dash where one seed has no figure. */
function confidenceTable(rows: readonly ResultRow[]): Html {
  const methods = [...new Set(rows.map(({ method }) => method))]
  const over = (own: readonly ResultRow[], value: (row: ResultRow) => number | null | undefined) => {
    const values = own.map(value)
    return values.some((one) => one === null || one === undefined) ? null : mean(values as number[])
  }
  return html`<details><summary>How well each model’s confidence tells right from wrong</summary>${htmlTable({
    label: 'Confidence of each method',
    header: ['method', 'AUROC', 'AP', 'ECE', 'AURC', 'AUROC of refusing', 'THS at threshold'],
    rows: methods.map((method) => {
      const own = rows.filter((row) => row.method === method)
      return [
        method,
        ...(['auroc', 'averagePrecision', 'ece', 'aurc', 'refusalAuroc'] as const).map((key) =>
          decimal(over(own, ({ confidence }) => confidence?.[key])),
        ),
        signed(over(own, ({ atThreshold }) => atThreshold?.ths)),
      ]
    }),
  })}</details>`
}
