import { GraitError } from '../../errors.js'
import { nearestName } from '../../nearest-name.js'

/** The names of all options; the compiler checks that none is missing. */
export type OptionNames<T> = Record<keyof T, true>

/**
 * Rejects unknown options. A misspelt option would otherwise be ignored silently and its default used.
 * @throws GraitError invalid_request naming the option, and the nearest known one
 */
export function refuseUnknownOptions<T extends object>(call: string, options: T, names: OptionNames<T>): void {
  const known = Object.keys(names)
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue
    const nearest = nearestName(name, known)
    throw new GraitError('invalid_request', `${call} has no option ${JSON.stringify(name)}`, {
      hint: nearest === undefined ? `Its options: ${known.join(', ')}.` : `Did you mean ${nearest}?`,
    })
  }
}
