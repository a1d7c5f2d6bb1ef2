import { duration } from '../../duration.js'
import { type Html, html } from '../html/html.js'
import { htmlTable } from '../html/html-table.js'
import type { ReportData } from '../report-data.js'

/** How the run was made, how long it took, and how to repeat it. */
export function makingSection({ command, configuration, making }: ReportData): Html {
  const rows = making.stages.map(({ name, reused, seconds }) => [name, reused ? 'reused' : duration(seconds)])
  return html`<h2 id="making">How to repeat this run</h2>
<p>The same configuration and seed give the same figures, byte for byte, on the same kind of machine:</p>
<pre class="command">${command}</pre>
<details><summary>The configuration (config.yaml)</summary><pre tabindex="0">${configuration}</pre></details>
<details><summary>Machine and versions</summary>${htmlTable({ label: 'Machine and versions', header: ['', ''], rows: making.facts, text: [0, 1] })}</details>
<details><summary>Time of each stage</summary>${htmlTable({ label: 'Time of each stage', header: ['stage', 'time'], rows })}</details>`
}
