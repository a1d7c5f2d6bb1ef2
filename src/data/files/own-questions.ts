import type { Question } from '../question/question.js'

/** The questions of a user's own file. */
export interface OwnQuestions {
  questions: Question[]
  /** What a reader of the results should know about how the file was read. */
  notes: string[]
}

/** The first names of a list, and how many others there are. */
export function shortList(names: readonly string[]): string {
  const most = 12
  return names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}
