import { isLabel, labelledRuns } from './option-labels.js'

/** A field of a record that is not read, under the name that the file gives it. */
export type UnreadField = readonly [name: string, value: unknown]

/** A field's name without what people write it with: `Option A`, `option_a` and `(Option A)` are one name. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
}

/** Whether a name, in its plain form, speaks of options, right or wrong. */
export function speaksOfOptions(plain: string): boolean {
  return /option(?!al)|choice|alternativ|candidate|distract|incorrect|wrong|false(?:answer|option)|negative(?:answer|option)|^endings?\d*$|^sol\d$/.test(
    plain,
  )
}

const FURTHER_ANSWERS =
  /^(?:(?:answer)?aliases|alias|synonyms?|(?:also)?accepted|(?:other|alternate|additional|more|extra|all|valid|accepted|correct|right|gold|possible|reference)answers?)$/
/** What a question is asked about. Without it another question is asked. */
const ASKED_ABOUT = new RegExp(
  `^(?:${['reading|source|input|given|supporting|support|full|original|relevant|gold|chat|wiki|reference|retrieved']})?(?:${[
    'context|passage|article|paragraph|story|stories|document|doc|text|sentence|excerpt|snippet|abstract|transcript|narrative|vignette|essay|poem',
    'premise|hypothesis|hypotheses|claim|statement|facts?|evidence|background|scenario|situation|case',
    'dialogue|dialog|conversation|message|history|prompt|instruction|input|content',
    'table|code|program|schema|chart|graph|diagram|formula|equation',
    'image|img|figure|fig|picture|photo|audio|video',
  ].join('|')})+(?:s|text|path|file|url)?[\\dab]?$`,
)
/** A word alone in such a field is a code, as countries have one. */
const ONE_WORD = /^[\p{L}\p{N}_.-]+$/u

/** Why a record means something else without these fields. */
export interface Missed {
  names: string[]
  /** options: labelled or named as such; answers: further right ones; text: what is asked about. */
  what: 'options' | 'answers' | 'text'
}

/**
 * What is lost if these fields are left out; undefined if nothing is known to be.
 * @param answers those of an open-ended question
 * @param question the text that is asked: what stands in it is not lost
 * @param declared the record itself says that it is open-ended: its options, if it has any, are left out on purpose
 */
export function missedIn(
  fields: readonly UnreadField[],
  { answers, declared, question }: { answers: readonly string[] | undefined; declared: boolean; question: string },
): Missed | undefined {
  const filled = fields.filter(([, value]) => !isEmpty(value))
  const named = (test: (plain: string) => boolean) => filled.filter(([name]) => test(plainName(name))).map(([name]) => name)
  const text = filled.filter((field) => isAskedAbout(field, question)).map(([name]) => name)
  if (text.length > 0) return { names: text, what: 'text' }
  if (answers === undefined) return undefined
  const labelled = declared ? [] : labelledOptions(filled)
  const options = declared || labelled.length > 0 ? labelled : [...new Set([...named(speaksOfOptions), ...listsWith(answers, filled)])]
  if (options.length > 0) return { names: options, what: 'options' }
  const further = named((plain) => FURTHER_ANSWERS.test(plain))
  return further.length > 0 ? { names: further, what: 'answers' } : undefined
}

function isAskedAbout([name, value]: UnreadField, question: string): boolean {
  const plain = plainName(name)
  if (!ASKED_ABOUT.test(plain) || typeof value === 'boolean') return false
  const text = typeof value === 'string' ? value.trim() : undefined
  return text === undefined || !(question.includes(text) || (/^codes?$/.test(plain) && ONE_WORD.test(text)))
}

/** Fields that are called A, B, C or the like. */
function labelledOptions(fields: readonly UnreadField[]): string[] {
  const labelled = fields.map(([name]) => name).filter((name) => isLabel(plainName(name).replace(/^(?:answer|ans|op|opt)(?=.)/, '')))
  const [run] = labelledRuns(labelled, (name) => plainName(name).replace(/^(?:answer|ans|op|opt)(?=.)/, ''))
  return run === undefined || run.items.length < 2 ? [] : run.items
}

/** Lists in which a right answer stands beside other texts: options, or further right answers. */
function listsWith(answers: readonly string[], fields: readonly UnreadField[]): string[] {
  return fields
    .filter(
      ([, value]) =>
        Array.isArray(value) && value.length > 1 && value.some((text) => typeof text === 'string' && answers.includes(text.trim())),
    )
    .map(([name]) => name)
}

function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  )
}
