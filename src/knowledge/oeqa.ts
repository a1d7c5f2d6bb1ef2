import { GraitError } from '../errors.js'
import type { Knowledge } from './knowledge.js'

/**
 * Computes what a model knows about an open-ended question, from N sampled answers.
 * @param samples texts in the order drawn; surrounding white space is ignored
 * @param right whether each sample was judged correct, [N]
 * @param embeddings one per sample, [N] of [dim]; equal samples may share one array
 */
export function oeqaKnowledge(
  id: string,
  samples: readonly string[],
  right: readonly boolean[],
  embeddings: readonly Float32Array[],
): Knowledge {
  const n = samples.length
  if (n === 0 || right.length !== n || embeddings.length !== n) {
    throw new GraitError(
      'data_invalid',
      `question ${id}: needs as many judgements and embeddings as samples, and at least one; got ${n} samples, ${right.length} judgements, ${embeddings.length} embeddings`,
    )
  }
  const texts = samples.map((text) => text.trim())
  const best = mostFrequent(texts.filter((_, index) => right[index]))
  return {
    id,
    correctness: right.filter(Boolean).length / n,
    certainty: meanPairCosine(embeddings),
    samples: texts,
    right: [...right],
    bestRightSample: best,
  }
}

/**
 * Computes the mean cosine over pairs of different samples: (|sum e|^2 - N) / (N (N - 1)), O(N dim) (CRaFT, section 3.1). For a
 * single sample it is 1, as nothing contradicts it. Rows are normalised again in float64 (the formula needs unit length) and the
 * result is rounded to 12 decimals, so that ten equal answers give exactly 1 for every question and ties stay ties.
 */
export function meanPairCosine(embeddings: readonly Float32Array[]): number {
  const n = embeddings.length
  if (n === 1) return 1
  const sum = new Float64Array(embeddings[0]?.length ?? 0)
  for (const embedding of embeddings) {
    const norm = Math.sqrt(embedding.reduce((total, value) => total + value * value, 0))
    if (!(norm > 0)) throw new GraitError('data_invalid', 'an embedding is all zeros or not a number; its cosine is undefined')
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (embedding[i] as number) / norm
  }
  const squared = sum.reduce((total, value) => total + value * value, 0)
  return Math.round(((squared - n) / (n * (n - 1))) * 1e12) / 1e12
}

/** The text that occurs most often; among equally frequent ones, the first drawn. */
export function mostFrequent(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  let best: string | undefined
  for (const [text, count] of counts) if (best === undefined || count > (counts.get(best) as number)) best = text
  return best
}
