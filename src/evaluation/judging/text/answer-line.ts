import { readable } from './readable.js'

const LINE_BREAK = /[\n\r\u0085\u2028\u2029\v\f]/
/** A line is judged by its first characters; nobody reads on. */
const LONGEST = 4000
/** A line of marks only: a code fence, a rule, the start of a formula. */
const ONLY_MARKS = /^(?:```\w*|[-*_=]{3,}|#+|\$\$|\\[[(])$/
/** "Answer:", "The answer is:", "**Final answer**", "### Answer". */
const LABEL = /:$|^(?:(?:the|my|final|correct|right|best)\s+)*(?:answer|response)$/i

/**
 * The line of an output that is judged: the first one that says something. A line that is only a label ("The answer is:") goes on
 * in the next line. '' if there is none.
 */
export function answerLine(output: string): string {
  const lines = readable(output)
    .split(LINE_BREAK)
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
  const said = lines.filter((line) => !ONLY_MARKS.test(line))
  const after = said.findIndex((line) => !isLabel(line))
  const line = after < 0 ? (said.at(-1) ?? lines[0] ?? '') : said.slice(0, after + 1).join(' ')
  return line.slice(0, LONGEST)
}

function isLabel(line: string): boolean {
  return LABEL.test(line.replace(/[*_#`]/g, '').trim())
}
