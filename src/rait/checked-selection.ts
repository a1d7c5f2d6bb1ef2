import { GraitError } from '../errors.js'
import type { Candidate, Method, Selection } from './method.js'

/**
 * Checks that a model can be trained on a method's selection, and returns it.
 * @throws GraitError invalid_request naming the method and the question
 */
export function checkedSelection({ id: name }: Pick<Method, 'id'>, candidates: readonly Candidate[], selection: Selection): Selection {
  const fail = (message: string): never => {
    throw new GraitError('invalid_request', `method ${name}: ${message}`, {
      hint: 'select() gives {chosen: [{id, group, target: "gold", "refusal" or {text}, weight}], notes: []} for some of the questions it was given.',
    })
  }
  if (!Array.isArray(selection?.chosen) || !Array.isArray(selection.notes)) fail('gave no list of chosen questions with notes')
  if (selection.chosen.length === 0) fail('chose no question to train on')
  const known = new Set(candidates.map(({ id }) => id))
  for (const { id, target, weight } of selection.chosen) {
    if (!known.has(id)) fail(`chose ${JSON.stringify(id)}, which is not one of the questions`)
    if (!isTarget(target)) {
      fail(`question ${id}: the target must be "gold", "refusal" or {text} with some text, not ${JSON.stringify(target)}`)
    }
    if (!Number.isFinite(weight) || weight < 0) fail(`question ${id}: the weight must be a finite number of at least 0, not ${weight}`)
  }
  if (selection.chosen.every(({ weight }) => weight === 0)) fail('gave every pair the weight 0: nothing would be trained')
  return selection
}

function isTarget(target: unknown): boolean {
  if (target === 'gold' || target === 'refusal') return true
  const text = typeof target === 'object' && target !== null ? (target as { text?: unknown }).text : undefined
  return typeof text === 'string' && text.trim() !== ''
}
