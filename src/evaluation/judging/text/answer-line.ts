import { readable } from './readable.js'

const LINE_BREAK = /[\n\r\u0085\u2028\u2029\v\f]/
/** A line is judged by its first characters; nobody reads on. */
const LONGEST = 4000
/** A line of marks only: a tag, a code fence, a rule, the start of a formula. */
const ONLY_MARKS = /^(?:```\w*|<\/?[a-z_]+>|[-*_=]{3,}|#+|\$\$|\\[[(])$/
/** "Answer:", "The answer is:", "**Final answer**", "### Answer". */
const LABEL = /[:\uff1a]$|^(?:(?:the|my|final|correct|right|best)\s+)*(?:answer|response)$/i
/** Lines that say how the answer was found, or how sure it is; only before one that is called the answer. */
const NO_ANSWER =
  /^[*_#]*(?:confidence|certainty|reasoning|reason|rationale|thoughts?|thinking|explanation|analysis|step \d+|überlegung|begründung|raisonnement|razonamiento)(?: level| score)?[*_]*\s*[:\uff1a]/iu
const CALLED_ANSWER =
  /^[*_#]*(?:(?:the|my|final|correct|right|best)\s+)*(?:answer|antwort|réponse|respuesta|resposta|risposta|ответ|答案|回答|答え|답변?)\s*[*_]*(?:[:\uff1a]| is )/iu
/** "Sure!", "Great question!", "I'd be happy to help.", and the name of the one who speaks. */
const POLITE =
  /^(?:(?:sure|certainly|of course|absolutely|gladly|okay|ok|alright|sorry|apologies|great|no problem|thanks?)\b[^,;:]{0,30}|(?:i'?m|i am) sorry|i apologi[sz]e|(?:(?:that|this|it)['\u2019]?s? )?(?:is )?(?:what )?an? (?:\w+ ){0,3}question|(?:\w+ ){0,2}question|(?:i['\u2019]d be |i would be |i'?m )?(?:happy|glad) to help.{0,20}|thank you.{0,30}|let me (?:think|see).{0,30})[.!\u2026]+$|^(?:assistant|model|bot)$/iu
/** The question, said again before the answer: "Question: ... Answer: ...", "Q: ... A: ...". */
const ECHO =
  /^\s*[*_#]*(?:(?:question|frage|pregunta|pergunta|domanda|вопрос|问题|問題|質問|질문)\s*[*_]*[:\uff1a][\s\S]*?(?:answer|antwort|réponse|respuesta|resposta|risposta|ответ|答案|回答|答え|답변?)|q\s*[*_]*[:\uff1a][\s\S]*?(?<![\p{L}\p{N}])a)\s*[*_]*[:\uff1a][*_]*/iu

/**
 * The line of an output that is judged: the first one that says something. A line that is only a label ("The answer is:") goes on
 * in the next line. '' if there is none.
 */
export function answerLine(output: string): string {
  const lines = readable(output)
    .replace(ECHO, '')
    .split(LINE_BREAK)
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
  const marked = lines.filter((line) => !ONLY_MARKS.test(line))
  const said = fromAnswer(marked.filter((line, index) => index === marked.length - 1 || !POLITE.test(line)))
  const after = said.findIndex((line) => !isLabel(line))
  const line = after < 0 ? (said.at(-1) ?? lines[0] ?? '') : said.slice(0, after + 1).join(' ')
  return line.slice(0, LONGEST)
}

/** "Confidence: 90%" and "Reasoning: ..." are passed over where a later line is called the answer. */
function fromAnswer(lines: readonly string[]): readonly string[] {
  const answer = NO_ANSWER.test(lines[0] ?? '') ? lines.findIndex((line) => CALLED_ANSWER.test(line)) : -1
  return answer < 0 ? lines : lines.slice(answer)
}

function isLabel(line: string): boolean {
  return LABEL.test(line.replace(/[*_#`]/g, '').trim())
}
