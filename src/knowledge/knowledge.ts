/**
 * The knowledge of a model about one question: correctness and certainty (GRAIT, section 3; CRaFT, section 3.1). One line of
 * knowledge/answers.jsonl.
 */
export interface Knowledge {
  id: string
  /** Multiple choice: p(gold) renormalised over the options; open-ended: share of correct samples. In [0, 1]. */
  correctness: number
  /** Multiple choice: negative entropy, nats, <= 0; open-ended: mean cosine of pairs of samples, <= 1. Higher is more certain. */
  certainty: number
  /** Multiple choice: p(gold) among all continuations, not renormalised. */
  goldProbability?: number | undefined
  /** Multiple choice: probability of each option; they add up to 1. */
  probabilities?: number[] | undefined
  /** Open-ended: the sampled answers, in the order drawn. */
  samples?: string[] | undefined
  /** Open-ended: whether each sample was judged correct. */
  right?: boolean[] | undefined
  /** Open-ended: the most frequent correct sample, if there is one. */
  bestRightSample?: string | undefined
}
