import { refusalWeights, type Weighting } from '../influence/weights.js'
import { groupOf, takeFirst } from './groups.js'
import type { Candidate, Choice, Method, Needs, Selection, SelectionRequest } from './method.js'

/** Orders the candidates of one group for selection; may leave some out and note why. */
export type Ranking = (
  members: readonly Candidate[],
  request: SelectionRequest,
  notes: string[],
  known: readonly Candidate[],
) => Candidate[]

export interface RefusalAwareRecipe {
  known: Ranking
  unknown: Ranking
  /** Weighting of the unknown questions; undefined: every weight is 1. */
  weighting?: ((request: SelectionRequest) => Weighting) | undefined
  needs: Needs
}

/** A refusal-aware method that comes with this package: its name, and how it ranks and weighs. */
export interface RefusalAwareMethod extends RefusalAwareRecipe, Pick<Method, 'id' | 'description' | 'version'> {
  /** Every subject keeps its share of the chosen, whatever the request says. */
  bySubject?: true | undefined
}

/** Makes a method of the rankings of both groups and the weighting of the refusals. */
export function refusalAware({ id, description, version, bySubject, ...recipe }: RefusalAwareMethod): Method {
  return {
    id,
    description,
    version,
    needs: recipe.needs,
    select: (candidates, request) => refusalAwareSelection(candidates, bySubject ? { ...request, bySubject } : request, recipe),
  }
}

/** The weighting that the configuration asks for. */
export const asConfigured = ({ weighting }: SelectionRequest): Weighting => weighting

/**
 * What all refusal-aware methods share: rank the known and the unknown questions, take the first of each, give the known ones
 * their gold answer at weight 1 and the unknown ones the refusal at their weight (R-Tuning, section 3; GRAIT, sections 3.2 and 3.3).
 */
export function refusalAwareSelection(
  candidates: readonly Candidate[],
  request: SelectionRequest,
  { known, unknown, weighting, needs }: RefusalAwareRecipe,
): Selection {
  const notes: string[] = []
  const ik = groupOf(candidates, 'ik', request)
  let idk = groupOf(candidates, 'idk', request)
  if (needs.influence) idk = withInfluence(idk, notes)

  const gold = takeFirst(known(ik, request, notes, []), request.known, 'known questions', request, notes)
  const refused = takeFirst(unknown(idk, request, notes, gold), request.unknown, 'unknown questions', request, notes)
  const weights = refusalWeights(refused, weighting?.(request) ?? { kind: 'uniform', temperature: 1, mean: 1 })
  const chosen = [
    ...gold.map(({ id, group }): Choice => ({ id, group, target: 'gold', weight: 1 })),
    ...refused.map(({ id, group }, index): Choice => ({ id, group, target: 'refusal', weight: weights[index] as number })),
  ]
  return { chosen, notes }
}

/** A question whose gradient could not be computed (too long, not finite) cannot be ranked. */
function withInfluence(members: readonly Candidate[], notes: string[]): Candidate[] {
  const kept = members.filter(({ refusalInfluence, overRefusalInfluence }) => refusalInfluence !== null && overRefusalInfluence !== null)
  if (kept.length < members.length)
    notes.push(
      `${members.length - kept.length} of ${members.length} unknown questions have no gradient, and so no influence; they are left out`,
    )
  return kept
}
