import type { Place } from './checked-question.js'
import type { Question } from './question.js'
import type { Split } from './source-folder.js'

/** A question and where it was read. */
export interface LoadedQuestion {
  question: Question
  place: Place
}

/** A published data set as people have it on disk. */
export interface NamedSource {
  /** Folders, relative to `--data DIR`, that may hold it; the first that does is taken. */
  folders: readonly string[]
  /** The split that a file of such a folder belongs to; undefined: not a file of this data set. */
  splitOf(fileName: string): Split | undefined
  /** Which split is read where none is asked for: the first that is there. */
  splitOrder: readonly Split[]
  /** Files of a complete split; fewer are read too, and said. */
  filesASplit?: number
  /** The questions of one file. */
  read(path: string): AsyncIterable<LoadedQuestion>
}
