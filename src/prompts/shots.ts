import type { Question } from '../data/question/question.js'
import { GraitError } from '../errors.js'
import { groupBy } from '../group-by.js'
import { seededOrder } from '../seeded-hash.js'

/** Default numbers of worked examples. */
export const DEFAULT_SHOTS = { mcqa: 5, oeqa: 3 } as const

/** A subject provides its own examples if it has at least this many questions for each example. */
const OWN_SHOTS_FROM = 8

export interface ShotRequest {
  /** Examples before each question; null: 5 for multiple choice, 3 for open-ended. */
  shots: number | null
  seed: number
  /** Questions set aside as examples (MMLU's dev split): each question gets those of its own subject. */
  dev?: readonly Question[] | undefined
}

export interface Shots {
  /** Every question that serves as an example. */
  all: Question[]
  /** The other questions, left for training. */
  rest: Question[]
  /** The examples of a question, in the order they are shown. */
  for(question: Question): Question[]
}

/**
 * Chooses worked examples: from `dev` by subject, if given; otherwise from the questions themselves, which are then removed from
 * `rest`. Examples come from the question's own subject if that is large enough, otherwise from as many different subjects as
 * possible. An example of another kind of fact misleads a small model more than it helps. The same seed gives the same examples.
 * @throws GraitError too_few_questions if the examples would leave no questions
 */
export function pickShots(questions: readonly Question[], { shots, seed, dev }: ShotRequest): Shots {
  return dev === undefined ? shotsFromQuestions(questions, shots, seed) : shotsFromDev(questions, dev, shots)
}

function shotsFromDev(questions: readonly Question[], dev: readonly Question[], shots: number | null): Shots {
  const bySubject = groupBy(dev, ({ subject }) => subject)
  const shotsOf = ({ subject, kind }: Question) => (bySubject.get(subject) ?? dev).slice(0, shots ?? DEFAULT_SHOTS[kind])
  const all = [...new Set(questions.flatMap(shotsOf))]
  return { all, rest: without(questions, all), for: shotsOf }
}

function shotsFromQuestions(questions: readonly Question[], shots: number | null, seed: number): Shots {
  const byTopic = groupBy(questions, topicOf)
  const countOf = ({ kind }: Question) => shots ?? DEFAULT_SHOTS[kind]
  const own = new Map<string, Question[]>()
  for (const [topic, members] of byTopic) {
    const count = countOf(members[0] as Question)
    if (members.length >= OWN_SHOTS_FROM * count) own.set(topic, acrossSubjects(members, count, seed))
  }
  const byKind = groupBy(questions, ({ kind }) => kind)
  const mixed = new Map<Question['kind'], Question[]>()
  for (const [kind, members] of byKind) {
    if (members.every((question) => own.has(topicOf(question)))) continue
    mixed.set(kind, acrossSubjects(members, shots ?? DEFAULT_SHOTS[kind], seed))
  }
  const all = [...new Set([...own.values(), ...mixed.values()].flat())]
  const rest = without(questions, all)
  if (rest.length === 0 && questions.length > 0) {
    throw new GraitError('too_few_questions', `${questions.length} questions, and ${all.length} of them are needed as worked examples`, {
      hint: 'Give more questions, or set knowledge.shots to a smaller number.',
    })
  }
  return { all, rest, for: (question) => own.get(topicOf(question)) ?? mixed.get(question.kind) ?? [] }
}

/** Questions that share worked examples. */
function topicOf({ kind, subject }: Question): string {
  return JSON.stringify([kind, subject ?? null])
}

/** Up to n questions in a seeded order; no subject or group is repeated while others are left. */
function acrossSubjects(questions: readonly Question[], n: number, seed: number): Question[] {
  const queue = seededOrder(questions, seed, ({ id }) => id)
  const chosen: Question[] = []
  while (chosen.length < n && queue.length > 0) {
    const fresh = queue.findIndex((question) =>
      chosen.every((shot) => differs(shot.subject, question.subject) && differs(shot.group, question.group)),
    )
    chosen.push(...queue.splice(Math.max(fresh, 0), 1))
  }
  return chosen
}

function differs(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a !== b
}

function without(questions: readonly Question[], shots: readonly Question[]): Question[] {
  const ids = new Set(shots.map(({ id }) => id))
  return questions.filter(({ id }) => !ids.has(id))
}
