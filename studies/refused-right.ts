/** Refusals of one tuned model, against what the initial one had answered. */
export interface RefusedRight {
  refused: number
  /** Of these, what the initial model had answered right. */
  refusedRight: number
  /** How many would have been right, had as many of each subject been refused by chance. */
  refusedRightByChance: number
}

/**
 * Does the tuned model tell, inside a subject, what it does not know? If not, the refused questions of a subject were right before
 * as often as all of it.
 * @param initial whether the initial model was right, by id
 * @param refused ids
 */
export function refusedRight(
  initial: ReadonlyMap<string, boolean>,
  refused: ReadonlySet<string>,
  subjectOf: (id: string) => string,
): RefusedRight {
  const rates = new Map<string, { right: number; all: number }>()
  for (const [id, right] of initial) {
    const rate = rates.get(subjectOf(id)) ?? { right: 0, all: 0 }
    rates.set(subjectOf(id), { right: rate.right + Number(right), all: rate.all + 1 })
  }
  const byChance = [...refused].reduce((sum, id) => {
    const { right, all } = rates.get(subjectOf(id)) ?? { right: 0, all: 1 }
    return sum + right / all
  }, 0)
  return { refused: refused.size, refusedRight: [...refused].filter((id) => initial.get(id)).length, refusedRightByChance: byChance }
}
