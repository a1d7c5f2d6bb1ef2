import { textTable } from './table.js'

/** An answer; `doubtful`: a threshold on its confidence would refuse it. */
interface Shown {
  text: string
  confidence?: number | null | undefined
  threshold?: number | null | undefined
  doubtful?: boolean | undefined
}

/** The answers of the initial and the tuned model side by side; if the terminal is too narrow, one below the other, uncut. */
export function answerPairText({ initial, tuned }: { initial: Shown; tuned: Shown }, width = 100): string {
  return textTable([{ header: 'initial model' }, { header: 'tuned model' }], [[initial, tuned].map(cellOf)], width)
}

function cellOf({ text, confidence, threshold, doubtful }: Shown): string {
  const said = text.trim() || '(nothing)'
  if (doubtful !== true || confidence == null || threshold == null) return said
  return `${said} (better refused: confidence ${confidence.toFixed(2)}, threshold ${threshold.toFixed(2)})`
}
