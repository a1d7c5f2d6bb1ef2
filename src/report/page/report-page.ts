import { type CancelOptions, givingWay } from '../../cancellation.js'
import { type Html, html } from '../html/html.js'
import type { ReportData } from '../report-data.js'
import { confidenceSection } from './confidence-section.js'
import { pageDocument } from './document.js'
import { knowledgeSection } from './knowledge-section.js'
import { lead } from './lead.js'
import { makingSection } from './making-section.js'
import { movementSection } from './movement-section.js'
import { questionsSection } from './questions-section.js'
import { resultsSection } from './results-section.js'
import { modelName } from './shown.js'
import { subjectsSection } from './subjects-section.js'
import { tiles } from './tiles.js'
import { trainingSection } from './training-section.js'

const SECTIONS: readonly [id: string, name: string, section: (data: ReportData) => Html | null | Promise<Html | null>][] = [
  ['results', 'Results', resultsSection],
  ['confidence', 'Threshold', confidenceSection],
  ['moved', 'How answers changed', movementSection],
  ['subjects', 'By subject', subjectsSection],
  ['knowledge', 'Knowledge', knowledgeSection],
  ['training', 'Training', trainingSection],
  ['questions', 'Questions', questionsSection],
  ['making', 'Reproduce', makingSection],
]

/** The page of a run or a comparison: one self-contained HTML file, readable without scripts. */
export async function reportPage(data: ReportData, { signal }: CancelOptions = {}): Promise<string> {
  const giveWay = givingWay(signal)
  const present: [id: string, name: string, content: Html][] = []
  for (const [id, name, section] of SECTIONS) {
    const content = await section(data)
    if (content !== null) present.push([id, name, content])
    await giveWay()
  }
  const methods = [...new Set(data.tunings.map(({ method }) => method))]
  const what = data.tunings.length > 1 ? 'comparison' : 'run'
  return pageDocument(
    `${data.name}: grait ${what}`,
    html`<header>
<h1>${data.name}</h1>
<p class="origin">${what} of ${methods.join(', ')} on ${modelName(data.model)}, ${data.making.startedAt.slice(0, 10)}</p>
<nav aria-label="Contents"><ul>${present.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>
<main>
${lead(data)}
${tiles(data)}
${(data.notes ?? []).map((note) => html`<p class="note">${note}</p>`)}
${present.map(([, , content]) => html`<section>${content}</section>`)}
</main>
<footer>Made by grait. One file, no network.</footer>`,
  )
}
