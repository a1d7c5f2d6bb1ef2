import { GraitError } from '../../errors.js'
import { nearestName } from '../../nearest-name.js'

/** The names of an options object; the compiler sees to it that none is forgotten. */
export type OptionNames<T> = Record<keyof T, true>

/**
 * A misspelt option would otherwise be left unread, and its default taken, without a word.
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
