import { GraitError } from '../errors.js'
import type { Candidate, Method, Selection } from './method.js'

/**
 * Checks that a model can be trained on a method's selection, and returns it.
 * @throws GraitError invalid_request naming the method and the question
 */
export function checkedSelection({ id: name }: Pick<Method, 'id'>, candidates: readonly Candidate[], selection: Selection): Selection {
  const fail = (message: string): never => {
    throw new GraitError('invalid_request', `method ${name}: ${message}`, {
      hint: 'select() gives {chosen: [{id, group, target: "gold" or "refusal", weight}], notes: []} for some of the questions it was given.',
    })
  }
  if (!Array.isArray(selection?.chosen) || !Array.isArray(selection.notes)) fail('gave no list of chosen questions with notes')
  if (selection.chosen.length === 0) fail('chose no question to train on')
  const known = new Set(candidates.map(({ id }) => id))
  const seen = new Set<string>()
  for (const { id, target, weight } of selection.chosen) {
    if (!known.has(id)) fail(`chose ${JSON.stringify(id)}, which is not one of the questions`)
    if (seen.has(id)) fail(`chose question ${id} twice`)
    if (target !== 'gold' && target !== 'refusal')
      fail(`question ${id}: the target must be "gold" or "refusal", not ${JSON.stringify(target)}`)
    if (!Number.isFinite(weight) || weight < 0) fail(`question ${id}: the weight must be a finite number of at least 0, not ${weight}`)
    seen.add(id)
  }
  return selection
}
