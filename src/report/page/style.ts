import { THEME } from '../charts/theme.js'

/** The page's style sheet. */
export const STYLE = `${THEME}* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.column { max-width: 48rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.35rem; margin: 3.25rem 0 .75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p, ul, dl { margin: .75rem 0; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.origin { color: var(--quiet); margin: 0; overflow-wrap: anywhere; }
.lead { font-size: 1.15rem; line-height: 1.55; margin: 1.5rem 0; }
.note { color: var(--quiet); font-size: .9rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; padding: 0; margin: 1.25rem 0; font-size: .9rem; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; margin: 1.75rem 0; padding: 0; list-style: none; }
.tile { background: var(--panel); border-top: 4px solid var(--mark); padding: .75rem .9rem .8rem; border-radius: 0 0 .35rem .35rem; }
.tile .name { display: block; font-size: .85rem; color: var(--quiet); }
.tile .now { display: block; font-size: 1.75rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
.tile .was { display: block; font-size: .85rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; line-height: 1.4; }
th, td { padding: .45rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; text-align: left; }
th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--quiet); font-size: .82rem; vertical-align: bottom; border-bottom-color: var(--quiet); white-space: nowrap; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody th.text { overflow-wrap: break-word; }
.interval { display: block; color: var(--quiet); font-size: .78rem; }
.best { font-weight: 650; }
.before { color: var(--quiet); }
.about { display: block; color: var(--quiet); font-size: .82rem; }
figure { margin: 1.5rem 0; }
figcaption { font-weight: 600; font-size: .95rem; margin-bottom: .5rem; }
.chart { display: block; max-width: 100%; height: auto; font-family: inherit; overflow: visible; }
.chart.narrow { display: none; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--link); font-size: .9rem; width: fit-content; }
details > .scroll { margin-top: .5rem; }
dl.words { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1rem; font-size: .95rem; }
dl.words dt { font-weight: 600; } dl.words dd { margin: 0; color: var(--quiet); }
.shares { display: flex; width: 7rem; height: .5rem; margin-top: .15rem; }
.shares + .shares { margin-top: 2px; }
.shares i { display: block; height: 100%; } .shares i + i { border-left: 1px solid var(--page); }
.right { background: var(--right); } .wrong { background: var(--wrong); } .refused { background: var(--refused); }
.outcome { display: inline-block; width: .7rem; height: .7rem; border-radius: 50%; margin-right: .35rem; }
.outcome.right { border-radius: 50%; } .outcome.wrong { border-radius: 0; } .outcome.refused { border-radius: 0; height: .3rem; vertical-align: .2rem; }
.word { color: var(--quiet); font-size: .82rem; white-space: nowrap; }
.said { display: block; unicode-bidi: isolate; overflow-wrap: anywhere; }
.tools { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: 1rem 0 .5rem; }
.tools[hidden], .print { display: none; }
.tools label { display: flex; flex-direction: column; font-size: .82rem; color: var(--quiet); gap: .2rem; }
.tools input, .tools select { font: inherit; font-size: .95rem; height: 2.4rem; padding: 0 .55rem; border: 1px solid var(--quiet); border-radius: .3rem; background: var(--page); color: var(--ink); min-width: 0; }
.tools input { width: 17rem; max-width: 100%; }
.tools output { font-size: .85rem; color: var(--quiet); padding-bottom: .5rem; }
.list { max-height: 36rem; overflow: auto; border: 1px solid var(--line); border-radius: .35rem; margin: .5rem 0 1rem; }
.list thead th { position: sticky; top: 0; background: var(--panel); z-index: 1; }
.list th:first-child, .list td:first-child { padding-left: .75rem; } .list th:last-child, .list td:last-child { padding-right: .75rem; }
.list tbody th { min-width: 11rem; }
.list thead th { white-space: normal; }
.list .figure { max-width: 6rem; }
.list tr[hidden] { display: none; }
th button { font: inherit; text-align: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-decoration: underline dotted; text-underline-offset: .2em; }
th[aria-sort=ascending] button::after { content: " \\2191"; } th[aria-sort=descending] button::after { content: " \\2193"; }
pre { background: var(--panel); padding: .9rem 1rem; border-radius: .35rem; overflow-x: auto; font: .85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre.command { white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .9em; }
footer { margin-top: 3rem; color: var(--quiet); font-size: .85rem; }
@media (max-width: 46rem) {
  .column { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.5rem; } .lead { font-size: 1.05rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .chart.wide { display: none; } .chart.narrow { display: block; }
  dl.words { grid-template-columns: 1fr; gap: 0; } dl.words dd { margin-bottom: .5rem; }
  th, td { padding: .4rem .3rem; }
  .results .about, .results .symbol { display: none; } .results .interval { font-size: .7rem; }
  .tools label, .tools input, .tools select { width: 100%; }
  .cards thead { display: none; }
  .cards tr { display: block; padding: .6rem .75rem; border-bottom: 1px solid var(--line); }
  .cards th, .cards td { display: block; border: 0; padding: .1rem 0 !important; text-align: left; white-space: normal; max-width: none !important; }
  .cards td::before { color: var(--quiet); font-size: .82rem; }
  .cards td:nth-child(2)::before { content: "right answer: "; }
  .tested td:nth-child(3)::before { content: "before: "; } .tested td:nth-child(4)::before { content: "now: "; }
  .trained td:nth-child(3)::before { content: "correctness: "; } .trained td:nth-child(4)::before { content: "certainty: "; }
  .trained td:nth-child(5)::before { content: "refusal influence: "; } .trained td:nth-child(6)::before { content: "over-refusal influence: "; }
  .trained td:nth-child(7)::before { content: "trained on: "; }
  .cards .said { display: inline; }
}
@media print {
  .tools, nav { display: none; } .print { display: block; }
  .list { max-height: none; overflow: visible; border: 0; }
  .list tbody tr:nth-child(n+41) { display: none; }
  figure, .tile, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .column { max-width: none; padding: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
