import type { Place } from '../question/checked-question.js'
import type { Question } from '../question/question.js'
import type { FileMatch, Split } from './split-name.js'

/** A question and where it was read. */
export interface LoadedQuestion {
  question: Question
  place: Place
}

/** A published data set as people have it on disk and on the hub. */
export interface NamedSource {
  /** Folders, relative to `--data DIR`, that may hold it; the first that does is taken. */
  folders: readonly string[]
  /** What a folder of this data set is called; other data sets don't read it. */
  folderName: RegExp
  /** The forms it comes in; of several for one split the first is read. */
  forms: readonly string[]
  /**
   * What a file holds; undefined: it is not of this data set.
   * @param name path inside the folder, e.g. test/anatomy_test.csv
   */
  fileOf(name: string, folder: string): FileMatch | undefined
  /** Where it lies on the hub: the data set's repository and the folder in it. */
  hub: { repository: string; folder: string }
  /** Which split is read where none is asked for: the first that is there. */
  splitOrder: readonly Split[]
  /** Files of a complete split in a form; fewer are read too, and said. */
  filesASplit?: { form: string; files: number }
  /** The questions of one file. `rows` counts on from file to file of the split. */
  read(path: string, split: Split, rows: RowCount): AsyncIterable<LoadedQuestion>
}

/** Numbers rows from 0, for each key apart: ids where the source has none. */
export class RowCount {
  readonly #next = new Map<string, number>()

  next(key = ''): number {
    const row = this.#next.get(key) ?? 0
    this.#next.set(key, row + 1)
    return row
  }
}
