/** Cosine from which two answers to one question count as the same. */
const SAME = 0.8

/**
 * Groups the drawn answers to one question by meaning: each joins the first group whose first answer it is close to, or begins one (the
 * order in which Kuhn et al. 2023 form classes, with the cosine of sentence embeddings in place of mutual entailment).
 * @param embeddings one for every answer, L2-normalised
 * @returns the number of the group of every answer
 */
export function meaningClusters(embeddings: readonly Float32Array[]): number[] {
  const firsts: Float32Array[] = []
  return embeddings.map((embedding) => {
    const found = firsts.findIndex((first) => cosine(first, embedding) >= SAME)
    return found >= 0 ? found : firsts.push(embedding) - 1
  })
}

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number)
  return sum
}
