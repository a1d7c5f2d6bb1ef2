import type { Question } from '../data/question/question.js'
import { allowingRefusal, PLAIN, REFUSAL, REFUSAL_PHRASES } from './defaults.js'

/** Wording as configured; null: the default. */
export interface PromptWording {
  plain: string | null
  refuse: string | null
  refusal: string | null
  refusalPhrases: readonly string[] | null
}

type ByKind = Record<Question['kind'], string>

/** All wording of a run. */
export interface PromptSettings {
  /** Instruction that asks for an answer. */
  plain: ByKind
  /** Instruction that allows refusing. */
  refuse: ByKind
  /** The sentence that a model learns to say where it does not know. */
  refusal: string
  /** Lower case, straight apostrophes; an answer whose first sentence holds one is a refusal. */
  refusalPhrases: string[]
}

/** Fills in the defaults. A given instruction serves both kinds of question; the refusal itself always counts as a refusal. */
export function resolvePrompts(wording: Partial<PromptWording> = {}): PromptSettings {
  const refusal = wording.refusal ?? REFUSAL
  const plain: ByKind = { mcqa: wording.plain ?? PLAIN.mcqa, oeqa: wording.plain ?? PLAIN.oeqa }
  const refuse: ByKind = {
    mcqa: wording.refuse ?? allowingRefusal(plain.mcqa, refusal),
    oeqa: wording.refuse ?? allowingRefusal(plain.oeqa, refusal),
  }
  const phrases = [...(wording.refusalPhrases ?? REFUSAL_PHRASES), refusal].map(asPhrase).filter((phrase) => phrase !== '')
  return { plain, refuse, refusal, refusalPhrases: [...new Set(phrases)] }
}

/** Lower case, straight apostrophes, no full stop at the end: the form in which phrases are looked for. */
function asPhrase(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .trim()
    .replace(/[\s.!?。]+$/u, '')
}
