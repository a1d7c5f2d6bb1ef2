/** The change of a question's correctness from the initial to the rehearsed model. */
export type KnowledgeFlow = 'rose' | 'same' | 'fell'

/**
 * Determines the knowledge flow of a question (CRaFT, section 3.2). If its correctness rises when the model is merely rehearsed,
 * the model is about to know it; teaching it to refuse the question contradicts what it learns.
 * @param before correctness with the initial model
 * @param after correctness with the rehearsed model, from the same query
 */
export function knowledgeFlow(before: number, after: number): KnowledgeFlow {
  if (after > before) return 'rose'
  return after < before ? 'fell' : 'same'
}
