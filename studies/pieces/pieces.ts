import type { Sort } from './sorts.js'

/** One method with one seed: what is run, and kept, at once. */
export interface Piece {
  method: string
  seed: number
}

/** The pieces of a sort, seed by seed: if there is no time for all, every method has as many seeds. */
export function piecesOf({ methods, seeds }: Pick<Sort, 'methods' | 'seeds'>): Piece[] {
  return seeds.flatMap((seed) => methods.map((method) => ({ method, seed })))
}

/** How long a session may go on. */
export interface Limits {
  /** Pieces that are run at most. */
  pieces?: number | undefined
  /** After this time no piece is begun. */
  minutes?: number | undefined
}

/** Whether another piece may be begun. */
export function mayGoOn({ pieces = Infinity, minutes = Infinity }: Limits, run: { pieces: number; minutes: number }): boolean {
  return run.pieces < pieces && run.minutes < minutes
}
