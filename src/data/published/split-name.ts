/** The splits of published data sets, in the order in which they are listed. */
export const SPLITS = ['train', 'dev', 'val', 'test'] as const

/** A split of a published data set. */
export type Split = (typeof SPLITS)[number]

/** What a file name says: the split, and the form that the data set has there. */
export interface FileMatch {
  split: Split
  form: string
}
