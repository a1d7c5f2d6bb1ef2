import { INIT_BASIC, isInitial } from '../../evaluation/result-rows.js'
import { type Html, html } from '../html/html.js'
import { bounds, counted, decimal, signed, whole } from '../numbers.js'
import type { ReportData } from '../report-data.js'
import { movementsOf } from './movements.js'
import { modelName, rowOf, shownTuning, summaryOf } from './shown.js'

/** What happened, in plain words with the figures of this run. */
export function lead(data: ReportData): Html {
  const methods = new Set(data.tunings.map(({ method }) => method))
  return data.tunings.length <= 1 || (methods.size === 1 && data.tunings.length === 1) ? runLead(data) : comparisonLead(data)
}

function runLead(data: ReportData): Html {
  const tuning = shownTuning(data)
  const test = data.tests[0]
  const before = test && rowOf(data, test.dataset, INIT_BASIC)
  const after = test && tuning && rowOf(data, test.dataset, tuning.method, tuning.seed)
  if (tuning === undefined || test === undefined || before === undefined || after === undefined) {
    return html`<p class="lead">Only the initial model, ${modelName(data.model)}, was asked. There is no tuned model to compare it with.</p>`
  }
  const chosen = tuning.candidates.filter(({ selected }) => selected)
  const answers = chosen.filter(({ answerWeight }) => answerWeight !== null).length
  const refusals = chosen.filter(({ refusalWeight }) => refusalWeight !== null).length
  const moves = movementsOf(test, tuning)
  const moved = (from: string, to: string) => moves.find((flow) => flow.from === from && flow.to === to)?.count ?? 0
  const wrongBefore = before.wrong + before.unparseable
  const wrongAfter = after.wrong + after.unparseable
  return html`<p class="lead"><strong>${modelName(data.model)}</strong> was asked ${counted(after.n, 'question')} that it was not trained on. It
answered ${whole(before.correct)} right and ${whole(wrongBefore)} wrong. Then it was tuned on ${counted(chosen.length, 'other question')},
${whole(answers)} to answer and ${whole(refusals)} to refuse. Now it answers ${whole(after.correct)} right and
${whole(wrongAfter)} wrong, and refuses ${counted(after.refused, 'time')}: ${moved('wrong', 'refused')} of
the wrong answers became refusals, and ${moved('right', 'refused')} of the right ones did too.</p>
<p>${verdict(after.ths, after.interval.ths)}</p>`
}

/** The conclusion that the interval of THS allows. */
function verdict(ths: number | null, interval: [number, number] | null): Html {
  if (ths === null) return html`There is no THS here, because the initial model gave no wrong answer to compare the refusals with.`
  const figure = html`THS, which weighs the right answers kept against the wrong answers left, is <strong>${signed(ths)}</strong> ${bounds(interval)}`
  if (interval === null) return html`${figure}. The initial model scores 0.`
  if (interval[0] > 0)
    return html`${figure}. This is better than the initial model (0), by more than the choice of test questions would explain.`
  if (interval[1] < 0)
    return html`${figure}. This is worse than the initial model (0), by more than the choice of test questions would explain.`
  return html`${figure}. With this number of questions, it can’t be told apart from the initial model (0).`
}

function comparisonLead(data: ReportData): Html {
  const test = data.tests[0]
  const scored = test === undefined ? [] : summaryOf(data, test.dataset).filter(({ method }) => !isInitial(method))
  const ranked = scored.filter(({ mean }) => mean.ths !== null).sort((a, b) => (b.mean.ths as number) - (a.mean.ths as number))
  const [first, second] = ranked
  const seeds = new Set(data.tunings.map(({ seed }) => seed)).size
  const before = test && rowOf(data, test.dataset, INIT_BASIC)
  const ends = (row: (typeof ranked)[number]) =>
    html`<strong>${row.method}</strong> (${signed(row.mean.ths)}${row.sd.ths === null ? '' : ` ± ${decimal(row.sd.ths)}`})`
  return html`<p class="lead"><strong>${modelName(data.model)}</strong> was tuned with ${counted(new Set(data.tunings.map(({ method }) => method)).size, 'method')} and
${counted(seeds, 'seed')} each. Every tuned model was asked ${counted(test?.questions.length ?? 0, 'question')} of ${test?.dataset ?? 'the test set'}.${
    before && html` Before the tuning, the model answered ${decimal(before.pc)} % right and ${decimal(before.pw)} % wrong.`
  }${first && html` ${ends(first)} has the highest THS`}${second && html`, ${ends(second)} the second highest`}${first && '.'}</p>
<p>THS weighs the right answers kept against the wrong answers left. The initial model scores 0; higher is better.${
    seeds > 1 && ' Figures are means over the seeds, ± their standard deviation.'
  } Sections that show one tuned model in detail show ${first?.method ?? 'the first method'}, seed ${shownTuning(data)?.seed ?? 0}.</p>`
}
