import { GraitError } from '../../errors.js'
import { jsonWords, lineAt, repeatedKey, trailingComma } from '../question/json-text.js'

/** Longer texts are published files of hundreds of megabytes, in which keys are not looked at. */
const LONGEST_CHECKED = 2 ** 26

/** A whole file that is one JSON value. @throws GraitError data_invalid with the line where it is known */
export function parsedText(path: string, text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw notJson(path, text, cause)
  }
  const again = text.length > LONGEST_CHECKED ? undefined : repeatedKey(text)
  if (again === undefined) return value
  const line = lineAt(text, again.at)
  throw new GraitError('data_invalid', `${path}:${line}: the key ${JSON.stringify(again.key)} stands twice in one object`, {
    hint: 'Keep one of them: only the last would be read.',
    details: { file: path, line, key: again.key },
  })
}

function notJson(path: string, text: string, cause: unknown): GraitError {
  const comma = trailingComma(text)
  const line = comma === undefined ? undefined : lineAt(text, comma)
  const hint =
    comma !== undefined
      ? 'Remove the comma before the closing bracket.'
      : /[\]}]\s*$/.test(text)
        ? 'The file must be one JSON list, or hold one JSON object a line; check quotes, commas and brackets.'
        : 'The file may have been cut short; get it again.'
  const said = comma === undefined ? jsonWords(cause) : 'a comma stands before a closing bracket'
  return new GraitError('data_invalid', `${path}${line === undefined ? '' : `:${line}`}: not valid JSON: ${said}`, {
    hint,
    details: { file: path, line },
    cause,
  })
}
