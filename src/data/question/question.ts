import { z } from 'zod'
import { isBlank } from './blank.js'
import { numberAsText } from './written-id.js'

const text = (field: string) =>
  z
    .string({ error: (issue) => (issue.input === undefined ? `${field} is missing; it must be a string` : `${field} must be a string`) })
    .refine((value) => !isBlank(value), { message: `${field} is empty; write some text` })
    .refine((value) => value.isWellFormed(), { message: `${field} holds half a character (a lone surrogate); write it as UTF-8` })

/**
 * The fields of a question. `answer` is an index into `options` (counted from 0); `answers` holds every correct text,
 * the main one first. Questions of one `group` are about the same thing and are never put into different parts of a split.
 * Other keys are dropped.
 */
const fieldsSchema = z
  .object({
    id: text('id').describe('names the question; no two questions of a data set share one'),
    kind: z
      .enum(['mcqa', 'oeqa'], { error: 'kind must be "mcqa" (multiple choice) or "oeqa" (open-ended)' })
      .describe('mcqa: multiple choice; oeqa: open-ended'),
    question: text('question'),
    options: z.array(text('an option'), { error: 'options must be a list of strings' }).optional().describe('mcqa: the options, in order'),
    answer: z
      .int({ error: 'answer must be the position of the right option, a whole number counted from 0' })
      .optional()
      .describe('mcqa: position of the right option, from 0'),
    answers: z
      .array(text('an answer'), { error: 'answers must be a list of strings' })
      .optional()
      .describe('oeqa: every right answer, the main one first'),
    subject: text('subject').optional().describe('topic or relation'),
    group: text('group').optional().describe('what the question is about; a split keeps a group together'),
  })
  .superRefine((question, context) => {
    const problem = question.kind === 'mcqa' ? choiceProblem(question) : openProblem(question)
    if (problem !== undefined) context.addIssue({ code: 'custom', path: [problem.field], message: problem.message })
  })

type Fields = z.infer<typeof fieldsSchema>

/** A multiple-choice question. */
export interface ChoiceQuestion extends Fields {
  kind: 'mcqa'
  options: string[]
  answer: number
}

/** An open-ended question, answered in free text. */
export interface OpenQuestion extends Fields {
  kind: 'oeqa'
  answers: string[]
}

/** A question of a data set, multiple-choice or open-ended; see `questionSchema`. */
export type Question = ChoiceQuestion | OpenQuestion

/** The names of a question's fields. */
export const QUESTION_KEYS: readonly string[] = Object.keys(fieldsSchema.shape)

/**
 * Validates a question: its fields, and a correct answer of the right kind. A whole number as id, subject or group is taken as its digits,
 * an optional field that is null as left out. `questionSchema` is its public form.
 */
export const zodQuestion = z.preprocess(asWritten, fieldsSchema) as unknown as z.ZodType<Question, z.input<typeof fieldsSchema>>

const OPTIONAL = ['options', 'answer', 'answers', 'subject', 'group']

function asWritten(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const record: Record<string, unknown> = { ...value }
  for (const field of OPTIONAL) if (record[field] === null) delete record[field]
  for (const field of ['id', 'subject', 'group']) if (field in record) record[field] = numberAsText(record[field])
  return record
}

/** A to Z. */
const MOST_OPTIONS = 26

interface Problem {
  field: string
  message: string
}

// Equal options are no error: nine published MMLU test questions have them, and a benchmark is read as it is.
function choiceProblem({ options, answer }: { options?: string[] | undefined; answer?: number | undefined }): Problem | undefined {
  if (options === undefined) return { field: 'options', message: 'options is missing; an mcqa question needs its list of options' }
  if (options.length < 2) return { field: 'options', message: `options has ${options.length} entries; an mcqa question needs at least 2` }
  if (options.length > MOST_OPTIONS) {
    return { field: 'options', message: `options has ${options.length} entries; there are letters for ${MOST_OPTIONS}` }
  }
  if (answer === undefined)
    return { field: 'answer', message: 'no right answer: answer is missing; give the position of the right option, from 0' }
  if (answer >= 0 && answer < options.length) return undefined
  return {
    field: 'answer',
    message: `no right answer: answer is ${answer}, but the ${options.length} options are numbered 0 to ${options.length - 1}`,
  }
}

function openProblem({ answers }: { answers?: string[] | undefined }): Problem | undefined {
  if (answers === undefined) return { field: 'answers', message: 'no right answer: answers is missing; list every text that is right' }
  if (answers.length === 0) return { field: 'answers', message: 'no right answer: answers is empty; list every text that is right' }
  return undefined
}
