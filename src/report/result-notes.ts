import type { Interval } from '../evaluation/resampling/percentile.js'
import { INIT_REFUSE, isInitial, type Results } from '../evaluation/result-rows.js'
import { bounds, counted, decimal, signed } from './numbers.js'

/** With fewer of either kind, a training hardly says more than that it ran. */
const FEW = 20

/** A note for the reader if a training set is too small to learn from; none for a method that trains on no refusals at all. */
export function trainingSetNotes({ answers, refusals }: { answers: number; refusals: number }): string[] {
  if (answers >= FEW && (refusals >= FEW || refusals === 0)) return []
  const set = `${counted(answers, 'answer')} and ${counted(refusals, 'refusal')}`
  return [`the training set is ${set}: too few to learn from, so the results say little. A few hundred questions of each are needed`]
}

/**
 * A note for every method whose THS the instruction that allows refusing explains by itself: without any training, init-refuse
 * reaches it, or comes so close that chance may be the difference.
 */
export function instructionNotes(results: Results): string[] {
  return results.summary.flatMap(({ method, dataset, mean }) => {
    const untrained = results.summary.find((row) => row.method === INIT_REFUSE && row.dataset === dataset)?.mean.ths ?? null
    if (isInitial(method) || mean.ths === null || untrained === null || mean.ths <= 0 || untrained <= 0) return []
    const found = differenceFrom(results, method, dataset)
    const difference = mean.ths - untrained
    if (difference > 0 && (found === undefined || found[0] > 0)) return []
    const interval = found === undefined ? '' : ` ${bounds(found)}`
    return [
      `${dataset}: THS is ${decimal(mean.ths)} for ${method} and ${decimal(untrained)} for ${INIT_REFUSE}, a difference of ${signed(difference)}${interval}: it may come from the instruction alone, not from the training`,
    ]
  })
}

/** The interval of how far the THS of `method` is above that of init-refuse; undefined if the two were not compared. */
function differenceFrom({ comparisons }: Results, method: string, dataset: string): Interval | undefined {
  for (const { a, b, dataset: of, interval } of comparisons) {
    if (of !== dataset || interval === null) continue
    if (a === method && b === INIT_REFUSE) return [interval[0], interval[1]]
    if (a === INIT_REFUSE && b === method) return [-interval[1], -interval[0]]
  }
  return undefined
}
