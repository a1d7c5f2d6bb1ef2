import { countOutcomes, type Measures, measuresBySubject, measuresOf } from '../../evaluation/measures/measures.js'
import { INIT_BASIC } from '../../evaluation/result-rows.js'
import { type Html, html } from '../html/html.js'
import { htmlTable } from '../html/html-table.js'
import { counted, decimal } from '../numbers.js'
import type { GivenAnswers, ReportData, TestedQuestions } from '../report-data.js'
import { answersOf, shownTuning } from './shown.js'

/** Right, wrong and refused before and after, one row per subject of each test set. */
export function subjectsSection(data: ReportData): Html | null {
  const tuning = shownTuning(data)
  if (tuning === undefined) return null
  const tables = data.tests.flatMap((test) => {
    const [before, after] = [answersOf(test, INIT_BASIC), answersOf(test, tuning.method, tuning.seed)]
    const subjects = new Set(test.questions.map(({ subject }) => subject))
    return before === undefined || after === undefined || subjects.size < 2 ? [] : [subjectTable(test, before, after)]
  })
  if (tables.length === 0) return null
  return html`<h2 id="subjects">By subject</h2>
<p>Figures are before → now. The upper bar is before, the lower bar is now: right on the left, refused in the middle, wrong on the right. Subjects with few questions vary by chance.</p>
${tables}`
}

function subjectTable(test: TestedQuestions, before: GivenAnswers, after: GivenAnswers): Html {
  const judged = ({ byId }: GivenAnswers) =>
    test.questions.flatMap(({ id, subject = '(no subject)' }) => {
      const outcome = byId.get(id)?.outcome
      return outcome === undefined ? [] : [{ id, subject, outcome }]
    })
  const [was, now] = [measuresBySubject(judged(before)), measuresBySubject(judged(after))]
  const all = (answers: GivenAnswers) => measuresOf(countOutcomes(judged(answers).map(({ outcome }) => outcome)))
  const sizes = new Map<string, number>()
  for (const { subject = '(no subject)' } of test.questions) sizes.set(subject, (sizes.get(subject) ?? 0) + 1)
  const bySize = [...sizes].sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))
  const change = (measure: keyof Measures, then: Measures | undefined, later: Measures | undefined) =>
    html`<span class="before">${decimal(then?.[measure] ?? null)} →</span> ${decimal(later?.[measure] ?? null)}`
  const row = (name: string, count: number, then: Measures | undefined, later: Measures | undefined) => [
    html`${name}<span class="about">${counted(count, 'question')}</span>`,
    html`${bar(then)}${bar(later)}`,
    change('pc', then, later),
    change('pw', then, later),
    change('pr', then, later),
  ]
  return htmlTable({
    label: `${test.dataset} by subject`,
    header: ['subject', 'before, now', 'right %', 'wrong %', 'refused %'],
    text: [0, 1],
    rows: [
      ...bySize.map(([subject, count]) => row(subject, count, was.get(subject), now.get(subject))),
      row('all', test.questions.length, all(before), all(after)),
    ],
    className: 'subjects',
  })
}

function bar(measures: Measures | undefined): Html {
  const { pc, pr, pw } = measures ?? { pc: 0, pr: 0, pw: 0 }
  const part = (kind: string, share: number) => share > 0 && html`<i class="${kind}" style="width: ${share.toFixed(1)}%"></i>`
  return html`<span class="shares" aria-hidden="true">${part('right', pc)}${part('refused', pr)}${part('wrong', pw)}</span>`
}
