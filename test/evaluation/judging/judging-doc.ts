import { letterOf } from '../../../src/data/question/letters.js'
import { JUDGE_CASES, type JudgeCase, type JudgeSection, REFUSAL_PHRASES } from './judge-cases.js'

const BEGIN = '<!-- cases: npm run docs -->'
const END = '<!-- /cases -->'

const HEADINGS: Record<JudgeSection, string> = {
  empty: 'Rule 1: nothing is unparseable',
  refused: 'Rule 2: a refusal phrase in the first sentence',
  letters: 'Rule 3: a letter, or the text of one option',
  'no letter': 'Rule 3: no letter, or two',
  'open-ended': 'Rule 4: a right answer as whole words',
}

/** docs/judging.md with its tables made anew from the cases that the tests run. */
export function withCases(text: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`docs/judging.md: lacks the lines "${BEGIN}" and "${END}"`)
  const phrases = REFUSAL_PHRASES.map((phrase) => `"${phrase}"`).join(', ')
  const intro = `${JUDGE_CASES.length} cases. Refusal phrases here: ${phrases}. Matching is \`words\` where nothing else is said.\n`
  const tables = Object.entries(HEADINGS).map(([section, heading]) => {
    const rows = JUDGE_CASES.filter((entry) => entry.section === section).map(row)
    return `\n### ${heading}\n\n| what | right answer | output | outcome |\n|---|---|---|---|\n${rows.join('')}`
  })
  return `${text.slice(0, begin + BEGIN.length)}\n${intro}${tables.join('')}${text.slice(end)}`
}

function row({ claim, question, output, outcome, matching }: JudgeCase): string {
  const { options, answer, answers } = question
  const right =
    options === undefined ? (answers ?? []).join(', ') : options.map((option, at) => marked(letterOf(at), option, at === answer)).join(' ')
  const how = matching === undefined ? '' : ` (\`${matching}\`)`
  return `| ${cell(claim)}${how} | ${cell(right)} | ${code(output)} | ${outcome} |\n`
}

function marked(letter: string, option: string, right: boolean): string {
  return right ? `[${letter} ${option}]` : `${letter} ${option}`
}

/** As JSON writes it: line breaks and invisible characters can be seen. */
function code(output: string): string {
  const text = JSON.stringify(output).slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\').replaceAll('\u200b', '\\u200b')
  if (text === '') return '(nothing)'
  const fence = text.includes('`') ? '``' : '`'
  return `${fence}${fence === '``' ? ` ${text.replaceAll('|', '\\|')} ` : text.replaceAll('|', '\\|')}${fence}`
}

function cell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;').replaceAll('~', '\\~')
}
