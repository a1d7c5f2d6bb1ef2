/** The splits of published data sets, in the order in which they are listed. */
export const SPLITS = ['train', 'dev', 'val', 'test'] as const

/** A split of a published data set. */
export type Split = (typeof SPLITS)[number]

/** What a file name tells: the split and the format. */
export interface FileMatch {
  split: Split
  form: string
}
