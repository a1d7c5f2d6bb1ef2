import { GraitError } from '../../errors.js'
import { fieldPath } from '../../field-path.js'
import { jsonRemedy } from './json-remedy.js'
import { jsonWords, repeatedKey } from './json-text.js'
import { type Question, zodQuestion } from './question.js'
import { remedyFor } from './remedy.js'

/** The location of a record: `where` in readable form (file, or file and line), and the line, if there is one. */
export interface Place {
  file: string
  where: string
  line?: number | undefined
}

/** A place in a file of lines. */
export function lineOf(file: string, line: number): Place {
  return { file, where: `${file}:${line}`, line }
}

/**
 * Validates a record as a Question; unknown keys are dropped.
 * @throws GraitError data_invalid with the location, the field and what to do
 */
export function checkedQuestion(record: unknown, place: Place): Question {
  const parsed = zodQuestion.safeParse(record)
  if (parsed.success) return parsed.data
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    throw invalid(place, [], 'not a question: it must be a JSON object', 'Write one {"id", "kind", "question", ...} a line.')
  }
  const fields = record as Record<string, unknown>
  const issues = parsed.error.issues.slice(0, MOST_ISSUES)
  const [first] = issues as [(typeof issues)[number]]
  const id = fields['id'] !== undefined && first.path[0] !== 'id' ? ` (id ${JSON.stringify(fields['id'])})` : ''
  const message = issues.map((issue) => messageOf(issue, fields)).join('; also, ')
  throw invalid(place, first.path, `${message}${id}`, [...new Set(issues.map(({ path }) => remedyFor(path, fields)))].join(' '))
}

/** More at a time would only confuse. */
const MOST_ISSUES = 3

function messageOf({ path, message }: { path: readonly PropertyKey[]; message: string }, { kind }: Record<string, unknown>): string {
  return path[0] === 'answer' && kind === 'oeqa' ? 'an open-ended question has its right texts in "answers", a list' : message
}

/** Reads one line of JSON. @throws GraitError data_invalid with the place, also for a key that one object holds twice */
export function parsedLine(text: string, place: Place): unknown {
  let value: unknown
  try {
    // Where files were joined, the second one's byte order mark stands before a line.
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw new GraitError('data_invalid', `${place.where}: not valid JSON: ${jsonWords(cause)}`, {
      hint: jsonRemedy(text, place.file),
      details: { file: place.file, line: place.line },
      cause,
    })
  }
  const again = repeatedKey(text)
  if (again === undefined) return value
  throw new GraitError('data_invalid', `${place.where}: the key ${JSON.stringify(again.key)} stands twice in one object`, {
    hint: 'Keep one of them: only the last would be read.',
    details: { file: place.file, line: place.line, key: again.key },
  })
}

/** Refuses two questions of one id, naming both places. */
export class UniqueIds {
  readonly #seen = new Map<string, Place>()

  constructor(private readonly hint = 'Give every question an id of its own.') {}

  add(id: string, place: Place): void {
    const first = this.#seen.get(id)
    if (first === undefined) {
      this.#seen.set(id, place)
      return
    }
    const at = first.line !== undefined && first.file === place.file ? `line ${first.line}` : first.where
    throw new GraitError('data_invalid', `${place.where}: the id ${JSON.stringify(id)} was already used in ${at}`, {
      hint: this.hint,
      details: { file: place.file, line: place.line, firstLine: first.line, id },
    })
  }
}

function invalid(place: Place, path: readonly PropertyKey[], message: string, hint: string): GraitError {
  const details = { file: place.file, line: place.line, field: fieldPath(path) }
  // The message names a top-level field already; a position inside a list is worth saying.
  const inside = path.length > 1 ? ` (${fieldPath(path)})` : ''
  return new GraitError('data_invalid', `${place.where}: ${message}${inside}`, { hint, details })
}
