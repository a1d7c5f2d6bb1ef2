import { CLASS_OF, type Outcome } from '../../evaluation/measures/outcome.js'
import { INIT_BASIC } from '../../evaluation/result-rows.js'
import { evenly } from '../evenly.js'
import { type Html, html } from '../html/html.js'
import { decimal, whole } from '../numbers.js'
import type { AskedQuestion, ReportData, TestedQuestions, TrainingCandidate, TuningData } from '../report-data.js'
import { answersOf, shownTuning } from './shown.js'

/** Maximum number of rows of all lists together: with 14,000 questions the page stays below 3 MB. */
const ROWS = 2400
/** Maximum length of a question and of an answer, in characters; longer ones are cut. */
const LONGEST = { question: 300, answer: 160 }

/** Searchable lists of the test questions and the training questions. */
export function questionsSection(data: ReportData): Html | null {
  const tuning = shownTuning(data)
  if (tuning === undefined) return null
  const lists = data.tests.length + 1
  return html`<h2 id="questions">Questions</h2>
${data.tests.map((test) => testedList(test, tuning, Math.floor(ROWS / lists)))}
${trainedList(data, tuning, Math.floor(ROWS / lists))}`
}

function testedList(test: TestedQuestions, { method, seed }: TuningData, limit: number): Html {
  const [before, after] = [answersOf(test, INIT_BASIC), answersOf(test, method, seed)]
  const listed = evenly(test.questions, limit)
  const rows = listed.map((question) => {
    const [was, now] = [before?.byId.get(question.id), after?.byId.get(question.id)]
    const kind = was && now ? `${CLASS_OF[was.outcome]} → ${CLASS_OF[now.outcome]}` : ''
    return html`<tr data-kind="${kind}">${asked(question)}<td>${answerOf(was)}</td><td>${answerOf(now)}</td></tr>
`
  })
  const kinds = ['wrong', 'right', 'refused'].flatMap((from) => ['refused', 'right', 'wrong'].map((to) => `${from} → ${to}`))
  return html`<h3>Test questions: ${test.dataset}</h3>
<p class="note">Before: the initial model with the plain instruction. Now: the tuned model with the instruction that allows refusing. ${listedOf(listed.length, test.questions.length, `evaluation/${test.dataset}.jsonl`)}</p>
${list(`${test.dataset}, question by question`, 'tested', ['question', 'right answer', 'before', 'now'], kinds, rows)}`
}

function trainedList({ knowledge, threshold }: ReportData, { candidates }: TuningData, limit: number): Html {
  const facts = new Map(candidates.map((candidate) => [candidate.id, candidate]))
  const listed = evenly(knowledge, limit)
  const rows = listed.map((question) => {
    const candidate = facts.get(question.id)
    const known = question.correctness >= threshold
    const trained = candidate?.selected === true
    const use = candidate === undefined || !trained ? 'no' : usesOf(candidate)
    const kind = `${known ? 'known' : 'unknown'}, ${trained ? 'trained on' : 'not trained on'}`
    return html`<tr data-kind="${kind}">${asked(question)}<td class="figure">${decimal(question.correctness, 2)}</td><td class="figure">${decimal(question.certainty, 2)}</td><td class="figure">${decimal(candidate?.refusalInfluence ?? null, 3)}</td><td class="figure">${decimal(candidate?.overRefusalInfluence ?? null, 3)}</td><td>${use}</td></tr>
`
  })
  const kinds = ['known, trained on', 'known, not trained on', 'unknown, trained on', 'unknown, not trained on']
  const header = [
    'question',
    'right answer',
    'correctness',
    'certainty',
    'refusal influence',
    'over-refusal influence',
    'trained on, × weight',
  ]
  return html`<h3>Training questions</h3>
<p class="note">Over-refusal influence: how much learning to refuse this question pushes the model to refuse what it knows. Influences are those of refusals, so known questions have none. ${listedOf(listed.length, knowledge.length, 'knowledge/answers.jsonl and selection/influence.jsonl')}</p>
${list('Training questions', 'trained', header, kinds, rows)}`
}

function listedOf(listed: number, all: number, file: string): string {
  if (listed === all) return `All ${whole(all)} questions are listed.`
  return `${whole(listed)} of ${whole(all)} questions are listed, evenly spread. All of them are in ${file} in the run’s folder.`
}

function list(label: string, name: 'tested' | 'trained', header: readonly string[], kinds: readonly string[], rows: readonly Html[]): Html {
  const figures = name === 'trained' ? [2, 3, 4, 5] : []
  const head = header.map((cell, column) => html`<th scope="col"${figures.includes(column) && html` class="figure"`}>${cell}</th>`)
  return html`<div data-list>
<div class="tools" hidden><label>Search<input type="search" autocomplete="off" spellcheck="false"></label><label>Show<select><option value="">all</option>${kinds.map(
    (kind) => html`<option>${kind}</option>`,
  )}</select></label><output role="status"></output></div>
<div class="list" role="region" aria-label="${label}" tabindex="0"><table class="cards ${name}">
<thead><tr>${head}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
<p class="note print">Only the first 40 are printed.</p></div>`
}

function asked({ question, answer, subject }: AskedQuestion): Html {
  return html`<th scope="row">${cut(question, LONGEST.question)}${subject !== undefined && html` <span class="about">${subject}</span>`}</th><td>${cut(answer, LONGEST.answer)}</td>`
}

function answerOf(given: { output: string; outcome: Outcome } | undefined): Html | string {
  if (given === undefined) return '–'
  const place = CLASS_OF[given.outcome]
  const word = given.outcome === 'unparseable' ? 'unparseable' : place
  return html`<span class="word"><i class="outcome ${place}"></i>${word}</span> <span class="said">${cut(given.output.trim(), LONGEST.answer) || '(nothing)'}</span>`
}

function cut(text: string, longest: number): string {
  const characters = [...text]
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`
}

/** "answer × 1.00", "refusal × 0.40", or both. */
function usesOf({ answerWeight, refusalWeight }: TrainingCandidate): string {
  const uses = [
    answerWeight === null ? [] : `answer × ${decimal(answerWeight, 2)}`,
    refusalWeight === null ? [] : `refusal × ${decimal(refusalWeight, 2)}`,
  ]
  return uses.flat().join(', ')
}
