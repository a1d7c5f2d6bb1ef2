/**
 * What the model knows about one question (GRAIT, section 3; CRaFT, section 3.1). A line of knowledge/answers.jsonl.
 */
export interface Knowledge {
  id: string
  /** Multiple choice: p(gold) renormalised over the options; open-ended: share of right samples. In [0, 1]. */
  correctness: number
  /** Multiple choice: negative entropy, nats, <= 0; open-ended: mean cosine of pairs of samples, <= 1. Higher is surer. */
  certainty: number
  /** Multiple choice: p(gold) among all continuations, not renormalised. */
  goldProbability?: number
  /** Multiple choice: one an option, adding up to 1. */
  probabilities?: number[]
  /** Open-ended: as drawn, in order. */
  samples?: string[]
  /** Open-ended: the most frequent right sample, where there is one. */
  bestRightSample?: string
}
