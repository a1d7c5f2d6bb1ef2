import { INIT_BASIC } from '../../evaluation/result-rows.js'
import { type Html, html } from '../html/html.js'
import { bounds, decimal, signed } from '../numbers.js'
import type { ReportData } from '../report-data.js'
import { rowOf, shownTuning } from './shown.js'

/** The four most important figures, before and after. Only for a run; a comparison has its table. */
export function tiles(data: ReportData): Html | null {
  const tuning = shownTuning(data)
  const dataset = data.tests[0]?.dataset
  if (tuning === undefined || dataset === undefined || data.tunings.length > 1) return null
  const before = rowOf(data, dataset, INIT_BASIC)
  const after = rowOf(data, dataset, tuning.method, tuning.seed)
  if (before === undefined || after === undefined) return null
  const share = (mark: string, name: string, was: number, now: number) =>
    tile(mark, name, html`${decimal(now)}<small> %</small>`, `before ${decimal(was)} %`)
  return html`<ul class="tiles">
${share('right', 'answered right', before.pc, after.pc)}
${share('wrong', 'answered wrong', before.pw, after.pw)}
${share('refused', 'refused', before.pr, after.pr)}
${tile('ink', 'THS', html`${signed(after.ths)}`, after.interval.ths === null ? 'the initial model scores 0' : `95 % ${bounds(after.interval.ths)}`)}
</ul>`
}

function tile(mark: string, name: string, now: Html, was: string): Html {
  return html`<li class="tile" style="--mark: var(--${mark})"><span class="name">${name}</span><span class="now">${now}</span><span class="was">${was}</span></li>`
}
