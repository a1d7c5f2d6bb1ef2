import { textTable } from './table.js'

/** The answers of the initial and the tuned model side by side; if the terminal is too narrow, one below the other, uncut. */
export function answerPairText({ initial, tuned }: { initial: { text: string }; tuned: { text: string } }, width = 100): string {
  const cells = [initial, tuned].map(({ text }) => text.trim() || '(nothing)')
  return textTable([{ header: 'initial model' }, { header: 'tuned model' }], [cells], width)
}
