import type { Question } from '../../data/question/question.js'
import type { JudgedAnswer } from '../../evaluation/measures/outcome.js'
import type { AnsweredBy } from './answered-by.js'

/** Shorter ones may stand in any answer. */
const LEAST_LETTERS = 12
/** Now and then a model repeats the question before it answers. */
const USUAL_SHARE = 0.1

/** Outputs with the prompt in them are judged by the prompt. */
export function echoNote({ method, source = method, predictions }: AnsweredBy, questions: readonly Question[]): string[] {
  const answered = questions.filter(({ id }) => predictions.has(id))
  const outputOf = (id: string) => predictions.get(id)?.output ?? ''
  const echoes = answered.filter(({ id, question }) => question.length >= LEAST_LETTERS && plain(outputOf(id)).includes(plain(question)))
  if (echoes.length <= answered.length * USUAL_SHARE) return []
  return [
    `${source}: ${echoes.length} of ${answered.length} outputs hold the question itself, the first is that of ${echoes[0]?.id}; ` +
      'if they begin with the prompt, cut it off: only the first line of an output is judged',
  ]
}

/** Why answers have no risk and coverage, where some of them have a confidence. */
export function confidenceNote({ method, source = method }: AnsweredBy, answers: readonly JudgedAnswer[]): string[] {
  const given = answers.filter(({ outcome }) => outcome !== 'refused')
  const without = given.filter(({ confidence }) => confidence === undefined)
  if (without.length === 0 || without.length === given.length) return []
  return [
    `${source}: ${without.length} of ${given.length} answers that are no refusals have no confidence, the first is that of ${without[0]?.id}; risk and coverage need all`,
  ]
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase()
}
