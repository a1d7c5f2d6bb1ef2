import { type Html, html } from './html.js'

export interface HtmlTable {
  /** The table's name for screen readers, and for the scrollable region. */
  label: string
  header: readonly (string | Html)[]
  rows: readonly (readonly (string | Html)[])[]
  /** Columns of text; the others hold numbers. Default: the first. */
  text?: readonly number[] | undefined
  className?: string | undefined
}

/** A table whose first column names the row. It scrolls separately if the window is narrow. */
export function htmlTable({ label, header, rows, text = [0], className = '' }: HtmlTable): Html {
  const kind = (column: number) => (text.includes(column) ? 'text' : 'figure')
  const head = header.map((cell, column) => html`<th scope="col" class="${kind(column)}">${cell}</th>`)
  const body = rows.map(
    (row) =>
      html`<tr>${row.map((cell, column) =>
        column === 0 ? html`<th scope="row" class="${kind(0)}">${cell}</th>` : html`<td class="${kind(column)}">${cell}</td>`,
      )}</tr>
`,
  )
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table class="${className}">
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`
}
