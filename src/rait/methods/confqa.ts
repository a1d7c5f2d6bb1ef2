import type { Method } from '../method.js'
import { randomPairs } from '../pairs.js'

/**
 * ConfQA (Huang et al. 2025, arXiv 2506.07309): under an instruction that asks for answers only where the model is sure, a question whose
 * greedy answer is right is trained with that answer, every other one with the refusal. The instruction that allows refusing is the
 * dampening one here.
 */
export const confqa: Method = {
  id: 'confqa',
  description: 'random questions: its own greedy answer where that is right, else the refusal (ConfQA)',
  needs: { influence: false, greedy: true },
  select: (candidates, request) =>
    randomPairs(candidates, request, ({ greedy }) => {
      if (greedy == null) return []
      return [{ target: greedy.right ? { text: greedy.text } : 'refusal', weight: 1 }]
    }),
}
