import { type Comparison, INIT_BASIC, isInitial, type SummaryRow } from '../../evaluation/result-rows.js'
import { outcomeBars } from '../charts/outcome-bars.js'
import { chartFigure } from '../charts/render.js'
import { thsDots } from '../charts/ths-dots.js'
import { type Html, html } from '../html/html.js'
import { htmlTable } from '../html/html-table.js'
import { bounds, counted, decimal, signed } from '../numbers.js'
import type { ReportData } from '../report-data.js'
import { methodMeaning, summaryOf } from './shown.js'

type Measure = 'pc' | 'pw' | 'pr' | 'ths'
const MEASURES: readonly Measure[] = ['pc', 'pw', 'pr', 'ths']
const HEADER = ['method', symbol('Pc', 'right %'), symbol('Pw', 'wrong %'), symbol('Pr', 'refused %'), 'THS']

function symbol(name: string, meaning: string): Html {
  return html`<span class="symbol">${name}, </span>${meaning}`
}

/** The figures of every method on every test set. */
export async function resultsSection(data: ReportData): Promise<Html> {
  const parts: Html[] = []
  for (const { dataset } of data.tests) parts.push(await datasetResults(data, dataset))
  return html`<h2 id="results">Results</h2>
<dl class="words">
<dt>Pc, Pw, Pr</dt><dd>Percent of the test questions that were answered right, answered wrong, and refused with words like “I don’t know”. They add up to 100. An answer that can’t be read as one counts as wrong.</dd>
<dt>THS</dt><dd>Truthful helpfulness score: Pc − Pw · Pc₁ / Pw₁, where Pc₁ and Pw₁ are those of the initial model with the plain instruction. The initial model scores 0. Refusing wrong answers raises it, refusing right ones lowers it.</dd>
<dt>[ , ]</dt><dd>95 % interval: the range in which the figure would probably lie with other questions of the same kind (bootstrap over questions; the initial and the tuned model answer the same ones).</dd>
</dl>
${parts}`
}

async function datasetResults(data: ReportData, dataset: string): Promise<Html> {
  const rows = summaryOf(data, dataset)
  const seeds = Math.max(...rows.map((row) => row.seeds.length))
  const single = data.results.rows.filter((row) => row.dataset === dataset)
  const n = single[0]?.n ?? 0
  const scores = single.flatMap(({ method, seed, ths, interval }) =>
    ths === null || method === INIT_BASIC ? [] : [{ method, seed, ths, interval: interval.ths }],
  )
  const bars = outcomeBars(
    rows.map(({ method, mean }) => ({ label: method, pc: mean.pc, pw: mean.pw, pr: mean.pr })),
    `Right, refused and wrong answers on ${dataset}${seeds > 1 ? ', means over seeds' : ''}`,
  )
  return html`<h3>${dataset}: ${counted(n, 'question')}</h3>
${resultsTable(data, dataset, rows)}
${await chartFigure(bars)}
${scores.length > 0 && (await chartFigure(thsDots(scores)))}
${comparisonTable(data.results.comparisons.filter((comparison) => comparison.dataset === dataset))}
${unparseableNote(single)}
${subjectMeans(single, seeds)}
${seeds > 1 && everySeed(single)}`
}

/** With one seed each figure has an interval, with several a standard deviation. */
function resultsTable(data: ReportData, dataset: string, rows: readonly SummaryRow[]): Html {
  const best = rows
    .filter(({ method, mean }) => !isInitial(method) && mean.ths !== null)
    .reduce<number>((highest, { mean }) => Math.max(highest, mean.ths as number), -Infinity)
  return htmlTable({
    label: `Results on ${dataset}`,
    className: 'results',
    header: HEADER,
    rows: rows.map((row) => {
      const only =
        row.seeds.length === 1 ? data.results.rows.find(({ method, dataset: of }) => method === row.method && of === dataset) : undefined
      const cells = MEASURES.map((measure) => {
        const figure = decimal(row.mean[measure])
        const under = only === undefined ? deviation(row.sd[measure]) : bounds(only.interval[measure])
        const value = measure === 'ths' && row.mean.ths === best && rows.length > 1 ? html`<span class="best">${figure}</span>` : figure
        return html`${value}<span class="interval">${under}</span>`
      })
      const meaning = row.seeds.length > 1 ? `${row.seeds.length} seeds` : methodMeaning(row.method)
      return [html`${row.method}<span class="about">${meaning}</span>`, ...cells]
    }),
  })
}

function deviation(sd: number | null): string {
  return sd === null ? '' : `± ${decimal(sd)}`
}

function comparisonTable(comparisons: readonly Comparison[]): Html | null {
  if (comparisons.length === 0) return null
  return html`<p>Two methods compared on the same questions. p says how easily the difference would change its sign with other questions.</p>${htmlTable(
    {
      label: 'Pairs of methods',
      header: ['method', 'against', 'difference of THS', '95 % interval', 'p'],
      rows: comparisons.map(({ a, b, difference, interval, p }) => [a, b, signed(difference), bounds(interval), chance(p)]),
      text: [0, 1],
    },
  )}`
}

function chance(p: number | null): string {
  if (p === null) return '–'
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

/** Number of unparseable answers of each method. */
function unparseableNote(rows: ReportData['results']['rows']): Html | null {
  const methods = [...new Set(rows.filter(({ unparseable }) => unparseable > 0).map(({ method }) => method))]
  if (methods.length === 0) return null
  const shares = methods.map((method) => {
    const own = rows.filter((row) => row.method === method)
    const sum = (of: 'unparseable' | 'n') => own.reduce((total, row) => total + row[of], 0)
    return `${method} ${decimal((100 * sum('unparseable')) / sum('n'))} %`
  })
  return html`<p class="note">Unparseable answers count as wrong: ${shares.join(', ')}.</p>`
}

function subjectMeans(rows: ReportData['results']['rows'], seeds: number): Html | null {
  const with_ = rows.filter(({ bySubject }) => bySubject !== null && bySubject.subjects > 1)
  if (with_.length === 0) return null
  return html`<details><summary>Means over subjects instead of questions (like published MMLU figures)</summary>${htmlTable({
    label: 'Means over subjects',
    header: seeds > 1 ? ['method', 'seed', ...HEADER.slice(1)] : HEADER,
    rows: with_.map(({ method, seed, bySubject }) => [
      method,
      ...(seeds > 1 ? [String(seed)] : []),
      ...MEASURES.map((measure) => decimal(bySubject?.[measure] ?? null)),
    ]),
  })}</details>`
}

function everySeed(rows: ReportData['results']['rows']): Html {
  return html`<details><summary>Every seed with its intervals</summary>${htmlTable({
    label: 'Every seed',
    header: ['method', 'seed', ...HEADER.slice(1)],
    rows: rows.map((row) => [
      row.method,
      String(row.seed),
      ...MEASURES.map((measure) => html`${decimal(row[measure])}<span class="interval">${bounds(row.interval[measure])}</span>`),
    ]),
  })}</details>`
}
