import { setImmediate } from 'node:timers/promises'
import stringWidth from 'string-width'
import type { TopLevelSpec } from 'vega-lite'
import { type Html, html, trusted } from '../html/html.js'
import { htmlTable } from '../html/html-table.js'
import { CHART_STYLE } from './chart-style.js'
import { THEME } from './theme.js'

export interface Chart {
  caption: string
  /** Text alternative: what the chart shows, in words. */
  alternative: string
  /** The chart, drawn `width` CSS pixels wide. Colours are the page's variables (COLOUR). */
  draw(width: number): TopLevelSpec
  /** The chart's data as a table. */
  table: { header: readonly string[]; rows: readonly (readonly string[])[] }
}

/** Drawn twice, for wide and for narrow screens: scaled down, the text would be too small to read. */
const WIDE = 680
const NARROW = 350

/** The chart as static SVG with a text alternative, and its figures as a table. */
export async function chartFigure({ caption, alternative, draw, table }: Chart): Promise<Html> {
  const drawn = async (width: number, kind: string) => {
    const { body, viewBox, size } = compacted(await svgOf(draw(width)))
    return html`<svg class="chart ${kind}" viewBox="${viewBox}" width="${size}" role="img" aria-label="${alternative}">${trusted(body)}</svg>`
  }
  return html`<figure>
<figcaption>${caption}</figcaption>
${await drawn(WIDE, 'wide')}
${await drawn(NARROW, 'narrow')}
<details><summary>The figures as a table</summary>${htmlTable({ label: caption, header: table.header, rows: table.rows })}</details>
</figure>`
}

/** The chart as a separate SVG file, light or dark like the reader's system. */
export async function chartDocument({ alternative, draw }: Chart): Promise<string> {
  const { body, viewBox, size } = compacted(await svgOf(draw(WIDE)))
  const opening = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}" width="${size}" role="img"><title>${alternative}</title>`
  const style = `<style>${THEME}text { font-family: system-ui, sans-serif; }</style>`
  return `${opening}${style}<rect width="100%" height="100%" fill="var(--page)"/>${body}</svg>\n`
}

/** Vega is loaded only here: it takes half a second, and only reports need it. */
async function svgOf(spec: TopLevelSpec): Promise<string> {
  // A page has many charts: Ctrl-C is heard between them.
  await setImmediate()
  const [{ compile }, vega] = await Promise.all([import('vega-lite'), import('vega')])
  const { textMetrics } = vega as unknown as { textMetrics: { width: (item: TextItem, text: string) => number } }
  textMetrics.width = textWidth
  const view = new vega.View(vega.parse(compile({ ...spec, config: CHART_STYLE }).spec), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}

interface TextItem {
  fontSize?: number | undefined
  limit?: number | undefined
}

/** Mean letter width in the fonts that browsers use for system-ui, in units of the font size. */
const ADVANCE = 0.58

/** Without a canvas, Vega assumes letters 1.5 times as wide as they are and cuts labels that would fit. */
function textWidth({ fontSize = 11, limit }: TextItem, text: string): number {
  const width = stringWidth(String(text)) * ADVANCE * fontSize
  return limit ? Math.min(width, limit) : width
}

/** Half of Vega's output repeats what the page defines (role, label, font) or has no effect. */
function compacted(svg: string): { body: string; viewBox: string; size: string } {
  const [, attributes = '', inside = ''] = /^<svg([^>]*)>(.*)<\/svg>$/s.exec(svg) ?? []
  const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? ''
  const body = inside
    // A name may hold control characters, which are not valid in a page.
    .replace(/(?![\t\n])\p{Cc}/gu, '\ufffd')
    .replace(/<text[^>]* opacity="0"[^>]*>[^<]*<\/text>/g, '')
    .replace(/<path[^>]* (?:display="none"|d="M0,0h0v0h0Z")[^>]*\/>/g, '')
    .replace(/<[^>]+>/g, (tag) =>
      tag
        .replace(/ (?:aria-\w+|role|class|pointer-events|font-family)="[^"]*"/g, '')
        .replace(/ (?:opacity|stroke-opacity)="1"/g, '')
        .replace(/-?\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1)))),
    )
  let shorter = body
  for (let before = ''; before !== shorter; ) {
    before = shorter
    shorter = shorter.replace(/<g[^>]*><\/g>/g, '').replace(/<g>((?:(?!<\/?g[ >]).)*)<\/g>/gs, '$1')
  }
  return { body: shorter, viewBox: attribute('viewBox'), size: attribute('width') }
}
