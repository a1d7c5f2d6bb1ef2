import type { AnswerConfidence, AnswerProbabilities } from '../confidence/answer-confidence.js'

/** The initial model's greedy answer to a question under the plain instruction, and what is known about it. */
export interface AskedAnswer extends AnswerProbabilities {
  output: string
  /** Further answers, drawn at random; empty where the probabilities of the options say more. */
  samples: readonly string[]
  /** The group of equal meaning that each of `samples` is in, by embeddings. */
  clusters: readonly number[]
  /** log p of "true" and "false" when the model is asked whether the answer is right; null if it was not. */
  truth: { true: number; false: number } | null
  /** Log-odds that the answer is right, of every probe that could be asked. */
  probes: Readonly<Partial<Record<ProbeKind, number>>>
}

/** What a probe reads: hidden states of the initial model, or gradient features of the refusal at the rehearsed model. */
export type ProbeKind = 'hidden' | 'gradient'

/**
 * A method without training: the initial model's answers, of which those of low confidence are refused. The threshold is set on other
 * questions than the test's.
 */
export interface Untrained {
  id: string
  /** For readers of the report, a few words. */
  about: string
  /** The row is left out of a run that does without this probe. */
  probe?: ProbeKind | undefined
  /** The row is left out where every question is multiple choice: it would be the same as another. */
  openEnded?: true | undefined
  confidence(answer: AskedAnswer): Confidence
}

/** `probability` is left out where the confidence is on a scale of its own. */
export interface Confidence {
  confidence: AnswerConfidence['confidence']
  probability?: number | undefined
}

/** Below every other. */
export const NO_CONFIDENCE: Confidence = { confidence: -Number.MAX_VALUE, probability: 0 }

/** The log-odds of a probe, and the probability that they stand for. */
export function probeConfidence({ answer, probes }: AskedAnswer, kind: ProbeKind): Confidence {
  const logOdds = probes[kind]
  return answer === null || logOdds === undefined ? NO_CONFIDENCE : { confidence: logOdds, probability: 1 / (1 + Math.exp(-logOdds)) }
}
