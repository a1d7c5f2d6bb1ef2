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
  /** Folders, relative to `--data DIR`, that may contain the data set; the first one that does is used. */
  folders: readonly string[]
  /** Name of this data set's folder; other data sets do not read it. */
  folderName: RegExp
  /** The formats it is published in; if a split has several, the first is read. */
  forms: readonly string[]
  /**
   * What a file contains; undefined if it does not belong to this data set.
   * @param name path inside the folder, e.g. test/anatomy_test.csv
   */
  fileOf(name: string, folder: string): FileMatch | undefined
  /** The file names that count, in words, for a message. */
  fileNames: string
  /** Where it is on the hub: the data set's repository and the folder in it. */
  hub: { repository: string; folder: string }
  /** The order in which splits are tried if none is requested. */
  splitOrder: readonly Split[]
  /** Number of files of a complete split in these formats; fewer are also read, with a note. */
  filesASplit?: { forms: readonly string[]; files: number } | undefined
  /** The questions of one file. `rows` continues counting across the files of a split. */
  read(path: string, split: Split, rows: RowCount, signal?: AbortSignal): AsyncIterable<LoadedQuestion>
}

/** Numbers rows from 0, separately for each key, to make ids if the source has none. */
export class RowCount {
  readonly #next = new Map<string, number>()

  next(key = ''): number {
    const row = this.#next.get(key) ?? 0
    this.#next.set(key, row + 1)
    return row
  }
}
