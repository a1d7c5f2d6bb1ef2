import { z } from 'zod'

/** The probabilities that a model gave to the options of a question; each says what is wrong with it. */
export const zodProbabilities = z
  .array(z.number({ error: 'a probability must be a number' }), { error: 'probabilities must be a list of numbers, one an option' })
  .min(1, 'probabilities is empty')
  .refine((values) => values.every((value) => value >= 0), {
    error: 'a probability is negative: these may be log-probabilities; write exp of each',
  })
  .refine((values) => values.every((value) => value <= 1), {
    error: 'a probability is greater than 1: these may be percentages, or scores before softmax; write numbers from 0 to 1',
  })

/** Rounded figures may add up to slightly more than 1. */
const MOST = 1.01

/** What is wrong with the probabilities of a question with so many options; undefined if nothing is. */
export function probabilitiesProblem(values: readonly number[], options: number | undefined): string | undefined {
  if (options === undefined) return 'probabilities belong to the options of a multiple-choice question, and this one is open-ended'
  if (values.length !== options) return `${values.length} probabilities for ${options} options`
  const sum = values.reduce((total, value) => total + value, 0)
  if (sum > MOST) return `probabilities add up to ${sum.toFixed(2)}, more than 1`
  return sum === 0 ? 'all probabilities are 0' : undefined
}
