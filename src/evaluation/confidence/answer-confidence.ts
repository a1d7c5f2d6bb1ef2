/** The probabilities of an answer, of the refusal after the same prompt, and of the letters, if the question has options. */
export interface AnswerProbabilities {
  /** Null if the prompt was not answered. */
  answer: { logprob: number } | null
  /** Null if it was not scored. */
  refusal: { logprob: number } | null
  options?: readonly number[] | null | undefined
}

/** How sure a model is of an answer: log-odds, which order answers without rounding, and the same as a probability. */
export interface AnswerConfidence {
  confidence: number
  probability: number
}

/**
 * The confidence in an answer against the alternatives that the run knows (docs/measures.md). Open-ended: the refusal, so it is
 * p(answer) / (p(answer) + p(refusal)). Multiple choice: the most likely letter against the other letters and the refusal. Without
 * a scored refusal, every other text.
 */
export function answerConfidence({ answer, refusal, options }: AnswerProbabilities): AnswerConfidence {
  if (answer === null) return { confidence: -Number.MAX_VALUE, probability: 0 }
  const refused = refusal === null ? 0 : Math.exp(refusal.logprob)
  const confidence =
    options === undefined || options === null
      ? answer.logprob - (refusal === null ? logOf(-Math.expm1(answer.logprob)) : refusal.logprob)
      : letterOdds(options, refused)
  return { confidence, probability: 1 / (1 + Math.exp(-confidence)) }
}

function letterOdds(options: readonly number[], refused: number): number {
  const best = Math.max(...options)
  const sum = options.reduce((total, probability) => total + probability, refused)
  return logOf(best) - logOf(sum - best)
}

/** Finite for 0 too: answers are sorted by differences of confidences. */
function logOf(probability: number): number {
  return Math.log(Math.max(probability, Number.MIN_VALUE))
}
