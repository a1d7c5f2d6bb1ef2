import { stringify } from 'yaml'
import type { ResultRow } from '../../evaluation/result-rows.js'
import { bounds, counted, decimal } from '../numbers.js'

export interface CardData {
  method: string
  seed: number
  base: BaseModel
  /** The training data set, as configured. */
  trainedOn: string
  known: number
  unknown: number
  /** The refusal sentence, and the instruction that allows it. */
  refusal: string
  instruction: string
  /** Settings of LoRA and training: name and value. */
  settings: readonly (readonly [string, string | number])[]
  /** Results of the initial model and of this one. */
  results: readonly ResultRow[]
  /** The day, as YYYY-MM-DD, that the chat template was given where it asks for today's; null if it does not ask. */
  templateDate: string | null
}

export interface BaseModel {
  /** Model source, as configured. */
  source: string
  /** Name on the Hugging Face hub, if known. */
  id?: string | undefined
  /** Source of the adapter that was merged into it first, if one was. */
  adapter?: string | undefined
  /** SPDX identifier in lower case, if known. */
  licence?: string | undefined
}

/** A model card in Markdown with YAML front matter, as the Hugging Face hub reads it. Contains no times and no paths: the same configuration gives the same card. */
export function modelCard(form: 'adapter' | 'merged', data: CardData): string {
  const { method, seed, base, trainedOn, known, unknown, refusal, instruction, settings, results, templateDate } = data
  const front = {
    base_model: base.id,
    ...(form === 'adapter' ? { library_name: 'peft' } : { library_name: 'transformers' }),
    license: base.licence,
    pipeline_tag: 'text-generation',
    tags: ['refusal-aware-instruction-tuning', 'grait', ...(form === 'adapter' ? ['lora'] : [])],
  }
  const what = form === 'adapter' ? 'A LoRA adapter' : 'A model (LoRA adapter merged into the weights)'
  return `---
${stringify(front)}---

# ${inline(base.id ?? base.source)} that says when it does not know

${what} made by refusal-aware instruction tuning with \`grait\` (method \`${method}\`, seed ${seed}). With the instruction below, it
answers what it knows, and says “${inline(refusal)}” when it does not know.
${form === 'adapter' && base.adapter !== undefined ? MERGED_FIRST : ''}
${table(
  ['', ''],
  [
    ['base model', base.id ?? base.source],
    ...(base.adapter === undefined ? [] : [['with this adapter merged in first', base.adapter]]),
    ['licence of the base model', base.licence ?? 'see the base model'],
    ['data', trainedOn],
    ['trained to answer', counted(known, 'question')],
    ['trained to refuse', counted(unknown, 'question')],
  ],
)}

## Instruction

\`\`\`\`text
${instruction.replaceAll('````', '')}
\`\`\`\`

${templateDate === null ? '' : dateText(templateDate)}## Results

${resultsText(results)}
${thresholdText(data)}
## Settings

${table(['setting', 'value'], settings)}

## Limits

The model learned to refuse from questions of one kind. On other questions it may refuse too much or too little. Its answers can still be
wrong.
`
}

const MERGED_FIRST = `
It fits the base model with the adapter named below merged in, not the base model alone.
`

function dateText(date: string): string {
  return `## Date in the prompt

The chat template writes today's date into every prompt. In training and in the results below, the date was always ${date}. Elsewhere it is the
day on which the model is asked: prompts, and so answers, can differ from those measured here. To get the same prompts, let the template
write ${date}; many templates take it as \`date_string\`.

`
}

function resultsText(results: readonly ResultRow[]): string {
  if (results.length === 0) return 'Not evaluated.'
  const rows = results.map(({ dataset, method, n, pc, pw, pr, ths, interval }) => [
    dataset,
    method,
    n,
    decimal(pc),
    decimal(pw),
    decimal(pr),
    `${decimal(ths)} ${bounds(interval.ths)}`.trim(),
  ])
  return `${table(['test', 'method', 'questions', 'right %', 'wrong %', 'refused %', 'THS [95 %]'], rows)}

init-basic is the base model with the plain instruction. THS = Pc − Pw · Pc₁ / Pw₁ weighs the right answers kept against the wrong answers left. The base model scores 0.`
}

/** How to refuse more, or nothing where no threshold was set, or none pays. */
function thresholdText({ method, refusal, results }: CardData): string {
  const rows = results.flatMap((row) =>
    row.method === method && row.atThreshold != null ? [{ ...row.atThreshold, dataset: row.dataset }] : [],
  )
  const threshold = rows[0]?.threshold ?? null
  if (threshold === null) return ''
  const cells = rows.map(({ dataset, pc, pw, pr, ths }) => [dataset, decimal(pc), decimal(pw), decimal(pr), decimal(ths)])
  return `
## Threshold

The confidence in an answer is log p(answer) − log p(“${inline(refusal)}”), both summed over their tokens after the same prompt; of a letter,
its log-odds against the other letters and the refusal. Answers whose confidence is not above ${threshold.toFixed(4)} are better refused, too. This
threshold was set on other questions than these:

${table(['test', 'right %', 'wrong %', 'refused %', 'THS'], cells)}
`
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map((cell) => inline(String(cell))).join(' | ')} |`
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

/** Escapes text so that it appears unchanged in a line or a cell of Markdown. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_<>[\]|#]/g, (character) => (character === '_' ? '_' : `\\${character}`))
}
