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

/** What a program leaves where a model gave no answer. */
const FAILURES = [
  /^(?:nan|none|null|undefined|\[object \w+\]|#n\/a|<na>)$/i,
  /^\W*(?:[\w.]*(?:error|exception)\b|http(?: error)?|status code)[^\n]{0,40}?(?::\s|\(\s*['"]|\b[45]\d\d\b)/i,
  /^\W*(?:fatal )?error$|^traceback \(most recent call last\)|^<response \[\d+\]>|^[45]\d\d (?:[a-z]+ )*(?:error|requests|unavailable|timeout|gateway|found|unauthorized)\b/i,
  /^\W*(?:[\w -]*\b)?(?:rate limit (?:exceeded|reached)|too many requests|(?:request|connection|read) timed out|connection (?:refused|reset)|out of memory)\b/i,
]

/** Outputs that a program left, and no model, are judged as answers all the same. */
export function failureNote({ method, source = method, predictions }: AnsweredBy, questions: readonly Question[]): string[] {
  const answered = questions.filter(({ id }) => predictions.has(id))
  const failed = answered.filter((question) => {
    const output = predictions.get(question.id)?.output.trim() ?? ''
    const texts = [...(question.options ?? []), ...(question.answers ?? [])]
    return FAILURES.some((form) => form.test(output)) && !texts.some((text) => plain(text) === plain(output))
  })
  const [first] = failed
  if (first === undefined) return []
  const shown = predictions.get(first.id)?.output.trim().slice(0, 40)
  return [
    `${source}: ${failed.length} of ${answered.length} outputs look like errors of a program, the first is ${JSON.stringify(shown)} of ${first.id}; ` +
      'they are judged as answers: ask these questions again, or leave the lines out',
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
