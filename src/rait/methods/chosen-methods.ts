import { GraitError } from '../../errors.js'
import { INIT_BASIC, INIT_REFUSE } from '../../evaluation/result-rows.js'
import { UNTRAINED } from '../../evaluation/untrained/registry.js'
import type { Method } from '../method.js'
import { methodById, methods } from './registry.js'

/** The rows of every table that have no training set. */
const rowsWithoutTraining = [INIT_BASIC, INIT_REFUSE, ...UNTRAINED.map(({ id }) => id)]
/** Names that begin so are rows of every table without training, now or in a later version. */
const RESERVED = /^(?:init|probe)-/i
/** Names a folder of a run. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/**
 * The methods to compare, in the order given, without duplicates; `all` stands for every built-in method. The rows
 * without training (init-basic and the like) may be listed, but are in every table anyway.
 * @throws GraitError config_invalid for an unknown name or an unusable user method, usage if none is left
 */
export function chosenMethods(chosen: readonly (string | Method)[]): Method[] {
  const found = chosen.flatMap((item) => {
    if (typeof item !== 'string') return [ownMethod(item)]
    if (item === 'all') return [...methods]
    return rowsWithoutTraining.includes(item) ? [] : [methodById(item)]
  })
  const distinct = [...new Set(found)]
  // An id names a folder, and some disks do not tell capitals apart.
  const folders = distinct.map(({ id }) => id.toLowerCase())
  const twice = distinct.find((_, index) => folders.indexOf(folders[index] as string) < index)
  if (twice !== undefined) {
    throw new GraitError('config_invalid', `two different methods have the id ${JSON.stringify(twice.id)}`, {
      hint: 'Give each method an id of its own; a difference in capitals is not enough.',
    })
  }
  if (distinct.length === 0) {
    throw new GraitError('usage', 'no method to compare is named', {
      hint: `Methods: ${methods.map(({ id }) => id).join(', ')}; or all.`,
    })
  }
  return distinct
}

/** @throws GraitError config_invalid if the id is taken or cannot be used as a folder name */
export function ownMethod(method: Method): Method {
  if (methods.includes(method)) return method
  const hint = 'Use letters, digits, dots, dashes and underscores, and not the id of a built-in method.'
  if (typeof method.id !== 'string' || !ID.test(method.id)) {
    throw new GraitError('config_invalid', `a method can't have the id ${JSON.stringify(method.id)}`, { hint })
  }
  const folder = method.id.toLowerCase()
  if (methods.some(({ id }) => id === folder)) {
    throw new GraitError('config_invalid', `there is a method ${JSON.stringify(method.id)} already`, { hint })
  }
  if (RESERVED.test(folder)) {
    throw new GraitError(
      'config_invalid',
      `a method can't have the id ${JSON.stringify(method.id)}: rows without training have such names`,
      {
        hint: 'Choose a name that does not begin with init- or probe-.',
      },
    )
  }
  return method
}

/**
 * Identifies a method in the key of its selection: id and version; for a user method without a version, its source text, so that
 * a changed function does not get the cached selection of the old one.
 */
export function methodKey(method: Method): unknown {
  if (method.version !== undefined) return { id: method.id, version: method.version }
  return methods.includes(method) ? method.id : { id: method.id, source: String(method.select) }
}
