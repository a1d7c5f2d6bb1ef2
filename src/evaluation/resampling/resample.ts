import { givingWay } from '../../cancellation.js'
import type { OutcomeCounts } from '../measures/measures.js'
import { CLASS_OF, OUTCOME_CLASSES, OUTCOMES, type Outcome } from '../measures/outcome.js'
import { drawBinomial, logFactorials } from './binomial.js'
import type { Rng } from './rng.js'

const CLASS_INDEX = new Map(OUTCOMES.map((outcome) => [outcome, OUTCOME_CLASSES.indexOf(CLASS_OF[outcome])]))

/** Questions with the same joint outcome: `pattern` is the class of each respondent's answer. */
export interface OutcomeCell {
  pattern: readonly number[]
  count: number
}

/**
 * Counts of the joint outcomes of respondents who answered the same questions.
 * @param respondents [respondents] of [questions], questions in one order
 */
export function outcomeCells(respondents: readonly (readonly Outcome[])[]): OutcomeCell[] {
  const cells = new Map<string, OutcomeCell>()
  for (let question = 0; question < (respondents[0]?.length ?? 0); question++) {
    const pattern = respondents.map((outcomes) => CLASS_INDEX.get(outcomes[question] as Outcome) as number)
    const key = pattern.join('')
    const cell = cells.get(key)
    if (cell === undefined) cells.set(key, { pattern, count: 1 })
    else cell.count += 1
  }
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell)
}

/** The cells of one respondent, from counts alone. */
export function cellsOfCounts({ correct, wrong, refused, unparseable }: OutcomeCounts): OutcomeCell[] {
  const counts = [correct, wrong + unparseable, refused]
  return counts.map((count, outcome) => ({ pattern: [outcome], count })).filter(({ count }) => count > 0)
}

/** A binomial draw costs about as much as this many draws of single questions. */
const DRAWS_PER_BINOMIAL = 60

/**
 * Resamples questions with replacement, `resamples` times, and calls `visit` with the counts of each class of each
 * respondent, [respondents, 3] row-major (reused between calls).
 *
 * Drawing n of n questions and counting their joint outcomes is one draw of Multinomial(n, cell shares): the questions of a
 * cell are interchangeable, and measures depend only on counts. So each resample draws one binomial per cell, from what the
 * cells before it left: the same distribution in O(cells) instead of O(n). If there are so many cells that this costs more
 * (several seeds), single questions are drawn.
 *
 * Gives way to signals and timers as it goes. @throws GraitError cancelled
 */
export async function resampleCells(
  cells: readonly OutcomeCell[],
  resamples: number,
  rng: Rng,
  visit: (counts: Int32Array, resample: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const questions = cells.reduce((sum, { count }) => sum + count, 0)
  const draw = cells.length * DRAWS_PER_BINOMIAL < questions ? byBinomials(cells, questions, rng) : byQuestions(cells, questions, rng)
  const respondents = cells[0]?.pattern.length ?? 0
  const slots = cells.flatMap(({ pattern }) => pattern.map((outcome, respondent) => respondent * OUTCOME_CLASSES.length + outcome))
  const drawn = new Int32Array(cells.length)
  const counts = new Int32Array(respondents * OUTCOME_CLASSES.length)
  const giveWay = givingWay(signal)
  for (let resample = 0; resample < resamples; resample++) {
    const pause = giveWay()
    if (pause !== undefined) await pause
    drawn.fill(0)
    counts.fill(0)
    draw(drawn)
    for (let cell = 0; cell < drawn.length; cell++) {
      for (let at = cell * respondents; at < (cell + 1) * respondents; at++) {
        const slot = slots[at] as number
        counts[slot] = (counts[slot] as number) + (drawn[cell] as number)
      }
    }
    visit(counts, resample)
  }
}

/** Fills in how often each cell was drawn, [cells]; the array must contain zeros. */
type Draw = (drawn: Int32Array) => void

function byBinomials(cells: readonly OutcomeCell[], questions: number, rng: Rng): Draw {
  const logFactorial = logFactorials(questions)
  // Largest cells first, so that little is left to draw for the small ones.
  const order = cells.map((_, cell) => cell).sort((a, b) => (cells[b] as OutcomeCell).count - (cells[a] as OutcomeCell).count)
  return (drawn) => {
    let drawsLeft = questions
    let weightLeft = questions
    for (const cell of order) {
      const { count } = cells[cell] as OutcomeCell
      const times = drawBinomial(drawsLeft, count / weightLeft, rng, logFactorial)
      drawn[cell] = times
      drawsLeft -= times
      weightLeft -= count
    }
  }
}

function byQuestions(cells: readonly OutcomeCell[], questions: number, rng: Rng): Draw {
  const cellOf = Int32Array.from(cells.flatMap(({ count }, cell) => new Array<number>(count).fill(cell)))
  return (drawn) => {
    for (let draw = 0; draw < questions; draw++) {
      const cell = cellOf[Math.floor((rng.uint32() / 2 ** 32) * questions)] as number
      drawn[cell] = (drawn[cell] as number) + 1
    }
  }
}
