import type { Method } from 'grait'

/** One arm of a study: methods with settings of their own, on what all arms share. */
export interface Arm {
  /** What is different in this arm, in a word or two; with a method's id the name of its figures. */
  name: string
  /** `path=value`, as for `grait run --set`, on top of the study's. */
  settings: readonly string[]
  methods: readonly (string | Method)[]
}

/** A question about settings or methods, and the runs that answer it. */
export interface Study {
  /** A file of configs/. */
  config: string
  settings: readonly string[]
  seeds: readonly number[]
  /** Method that the others are compared with, on the same questions; needed where that is what the study is for. */
  reference?: string
  arms: readonly Arm[]
}
