import { type CancelOptions, givingWay } from '../../cancellation.js'
import { GraitError } from '../../errors.js'
import type { Outcome } from '../measures/outcome.js'
import type { ConfidentAnswer } from '../measures/risk-coverage.js'
import type { BootstrapSettings } from './bootstrap.js'
import { type Difference, differenceOf } from './compare.js'
import { Rng } from './rng.js'

/** Drawing single questions costs time in proportion to their number: of large sets fewer resamples are drawn, but at least 1,000. */
const MOST_DRAWS = 1e8
const LEAST_RESAMPLES = 1000

/** A method's THS minus that of a threshold on the initial model's confidence that answers the same share of questions. */
export interface ThresholdDifference extends Difference {
  /** Share of questions that both answer, percent; the mean over seeds. */
  coverage: number
}

/**
 * Compares a method with what a threshold on the initial model gives: the initial model's most confident answers, as many as the method
 * gives, the rest refused. Within answers of one confidence the expectation counts. Questions are resampled, the same ones for both and
 * for all seeds; the coverage is the method's own in every resample.
 * @param method outcomes, [seeds] of [questions]
 * @param initial Init-Basic's answers to the same questions, with confidences
 * @returns null if Init-Basic is never wrong, or an answer of it has no confidence
 */
export async function compareWithThreshold(
  method: readonly (readonly Outcome[])[],
  initial: readonly ConfidentAnswer[],
  { resamples = 10_000, seed = 0, level = 0.95 }: BootstrapSettings = {},
  { signal }: CancelOptions = {},
): Promise<ThresholdDifference | null> {
  const questions = initial.length
  if (method.length === 0 || method.some((outcomes) => outcomes.length !== questions)) {
    throw new GraitError('data_invalid', 'a method can be compared with a threshold only on the same questions')
  }
  const given = initial.flatMap((answer, question) => (answer.outcome === 'refused' ? [] : [{ ...answer, question }]))
  if (given.some(({ confidence }) => confidence === undefined || Number.isNaN(confidence))) return null
  const curve = new InitialCurve(given as CurveAnswer[])
  const differences = (times: Int32Array) => {
    let [difference, coverage] = [0, 0]
    curve.weigh(times)
    for (const outcomes of method) {
      const { right, wrong } = tally(outcomes, times)
      const threshold = curve.at(right + wrong)
      const rate = curve.right / curve.wrong
      difference += right - threshold.right - rate * (wrong - threshold.wrong)
      coverage += right + wrong
    }
    const scale = 100 / (questions * method.length)
    return { difference: curve.wrong === 0 ? NaN : difference * scale, coverage: coverage * scale }
  }
  const observed = differences(new Int32Array(questions).fill(1))
  if (Number.isNaN(observed.difference)) return null
  const count = Math.min(resamples, Math.max(LEAST_RESAMPLES, Math.floor(MOST_DRAWS / (questions * (method.length + 2)))))
  const rng = Rng.seeded(seed)
  const draws = new Float64Array(count)
  const times = new Int32Array(questions)
  const giveWay = givingWay(signal)
  for (let resample = 0; resample < count; resample++) {
    const pause = giveWay()
    if (pause !== undefined) await pause
    times.fill(0)
    for (let draw = 0; draw < questions; draw++) {
      const question = Math.floor((rng.uint32() / 2 ** 32) * questions)
      times[question] = (times[question] as number) + 1
    }
    draws[resample] = differences(times).difference
  }
  return { ...differenceOf(observed.difference, draws, level), coverage: observed.coverage }
}

interface CurveAnswer {
  question: number
  outcome: Outcome
  confidence: number
}

/** The initial model's answers, surest first, each counted as often as its question was drawn. */
class InitialCurve {
  right = 0
  wrong = 0
  readonly #groups: CurveAnswer[][] = []
  readonly #counts: { right: number; wrong: number }[] = []

  constructor(answers: readonly CurveAnswer[]) {
    for (const answer of [...answers].sort((a, b) => b.confidence - a.confidence)) {
      const last = this.#groups.at(-1)
      if (last?.[0]?.confidence === answer.confidence) last.push(answer)
      else this.#groups.push([answer])
    }
    this.#counts = this.#groups.map(() => ({ right: 0, wrong: 0 }))
  }

  weigh(times: Int32Array): void {
    this.right = 0
    this.wrong = 0
    for (const [index, group] of this.#groups.entries()) {
      const counts = this.#counts[index] as { right: number; wrong: number }
      counts.right = 0
      counts.wrong = 0
      for (const { question, outcome } of group) counts[outcome === 'correct' ? 'right' : 'wrong'] += times[question] as number
      this.right += counts.right
      this.wrong += counts.wrong
    }
  }

  /** Right and wrong ones among the `covered` surest answers, or among all if there are fewer. */
  at(covered: number): { right: number; wrong: number } {
    let [right, wrong] = [0, 0]
    for (const here of this.#counts) {
      const room = covered - right - wrong
      const size = here.right + here.wrong
      if (room <= 0) break
      const share = size <= room ? 1 : room / size
      right += here.right * share
      wrong += here.wrong * share
    }
    return { right, wrong }
  }
}

function tally(outcomes: readonly Outcome[], times: Int32Array): { right: number; wrong: number } {
  let [right, wrong] = [0, 0]
  for (const [question, outcome] of outcomes.entries()) {
    if (outcome === 'correct') right += times[question] as number
    else if (outcome !== 'refused') wrong += times[question] as number
  }
  return { right, wrong }
}
