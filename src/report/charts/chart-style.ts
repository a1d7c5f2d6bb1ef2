import type { Config } from 'vega-lite'

/** Variables of the page's style sheet, so that charts change with the theme. */
export const COLOUR = {
  right: 'var(--right)',
  wrong: 'var(--wrong)',
  refused: 'var(--refused)',
  onRight: 'var(--on-right)',
  onWrong: 'var(--on-wrong)',
  onRefused: 'var(--on-refused)',
  ink: 'var(--ink)',
  quiet: 'var(--quiet)',
  line: 'var(--line)',
  page: 'var(--page)',
} as const

export const CHART_STYLE: Config = {
  aria: false,
  background: 'none',
  padding: 2,
  view: { stroke: null },
  axis: {
    labelColor: COLOUR.quiet,
    labelFontSize: 12,
    titleColor: COLOUR.quiet,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelPadding: 6,
    ticks: false,
    domain: false,
    gridColor: COLOUR.line,
  },
  legend: {
    labelColor: COLOUR.ink,
    labelFontSize: 12,
    titleColor: COLOUR.quiet,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    orient: 'top',
    direction: 'horizontal',
    symbolStrokeWidth: 0,
    columnPadding: 18,
    offset: 6,
  },
  text: { fontSize: 12, color: COLOUR.ink },
}
