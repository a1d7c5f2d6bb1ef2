/** Something about an installation that is wrong or could be better. */
export interface Problem {
  /** What was found. */
  what: string
  /** What to do; a command if there is one. */
  fix: string
}
