/** How a question's correctness changed from the initial to the rehearsed model. */
export type KnowledgeFlow = 'rose' | 'same' | 'fell'

/**
 * Knowledge flow (CRaFT, section 3.2): a question whose correctness rises when the model is merely rehearsed is one that it
 * is about to know; teaching it to refuse there contradicts what it learns.
 * @param before correctness at the initial model
 * @param after correctness at the rehearsed model, from the same query
 */
export function knowledgeFlow(before: number, after: number): KnowledgeFlow {
  if (after > before) return 'rose'
  return after < before ? 'fell' : 'same'
}
