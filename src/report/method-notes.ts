import { groupBy } from '../group-by.js'

/** A note about one method and seed, for the reader of the results. */
export interface MethodNote {
  method: string
  seed: number
  message: string
}

/** A method that could not be run with a seed. */
export interface FailedMethod extends MethodNote {
  /** What to do about it. */
  hint?: string | undefined
}

/** One sentence per reason, with the methods and seeds that failed for it. */
export function failureNotes(failures: readonly FailedMethod[]): string[] {
  const byReason = groupBy(failures, ({ message, hint }) => (hint === undefined ? message : `${message}. ${hint}`))
  return [...byReason].map(([reason, stopped]) => `FAILED: ${methodsAndSeeds(stopped)}: ${reason}`)
}

/** One sentence per message, with the methods that noted it, and the seeds if it does not apply to all of them. */
export function selectionNotes(notes: readonly MethodNote[], seeds: readonly number[]): string[] {
  return [...groupBy(notes, ({ message }) => message)].map(([message, from]) => `${methodsAndSeeds(from, seeds)}: ${message}`)
}

/** "craft, grait (seeds 1, 2); cor-rait (seed 2)": methods with the same seeds are grouped; seeds are left out if they are `all`. */
function methodsAndSeeds(notes: readonly MethodNote[], all: readonly number[] = []): string {
  const byMethod = groupBy(notes, ({ method }) => method)
  const bySeeds = groupBy(byMethod, ([, own]) => inWords([...new Set(own.map(({ seed }) => seed))], all))
  return [...bySeeds].map(([seeds, methods]) => `${methods.map(([method]) => method).join(', ')}${seeds}`).join('; ')
}

function inWords(seeds: readonly number[], all: readonly number[]): string {
  return seeds.length === all.length ? '' : ` (${seeds.length > 1 ? 'seeds' : 'seed'} ${seeds.join(', ')})`
}
