import type { Question } from '../data/question/question.js'
import { allowingRefusal, PLAIN, REFUSAL } from './defaults.js'

/** The prompt wording of a configuration; null means the default. */
export interface PromptWording {
  /** System message before every question that is asked as a chat; null: none. */
  system: string | null
  /** Instruction that asks for an answer. */
  plain: string | null
  /** Instruction that allows refusing. */
  refuse: string | null
  /** The refusal sentence. */
  refusal: string | null
  /** Phrases by which an answer is recognised as a refusal, besides the built-in English ones. */
  refusalPhrases: readonly string[] | null
  /** Whether the built-in English phrases count. */
  builtInRefusals: boolean
}

/** One text for multiple-choice and one for open-ended questions. */
export type ByKind = Record<Question['kind'], string>

/** The complete prompt wording of a run: instructions, refusal and refusal phrases. */
export interface PromptSettings {
  /** System message before every question; null: none. */
  system: string | null
  /** Instruction that asks for an answer. */
  plain: ByKind
  /** Instruction that allows refusing. */
  refuse: ByKind
  /** The sentence that a model learns to say when it does not know the answer. */
  refusal: string
  /** An answer is a refusal if its first sentence contains one of these, or a built-in phrase. Lower case, straight apostrophes. */
  refusalPhrases: string[]
  /** Whether the built-in phrases count. */
  builtInRefusals: boolean
}

/**
 * Completes prompt wording with the defaults. A given instruction is used for both kinds of question; the refusal sentence itself
 * always counts as a refusal.
 */
export function resolvePrompts(wording: Partial<PromptWording> = {}): PromptSettings {
  const refusal = wording.refusal ?? REFUSAL
  const plain: ByKind = { mcqa: wording.plain ?? PLAIN.mcqa, oeqa: wording.plain ?? PLAIN.oeqa }
  const refuse: ByKind = {
    mcqa: wording.refuse ?? allowingRefusal(plain.mcqa, refusal),
    oeqa: wording.refuse ?? allowingRefusal(plain.oeqa, refusal),
  }
  const phrases = [...(wording.refusalPhrases ?? []), refusal].map(asPhrase).filter((phrase) => phrase !== '')
  const builtInRefusals = wording.builtInRefusals ?? true
  return { system: wording.system ?? null, plain, refuse, refusal, refusalPhrases: [...new Set(phrases)], builtInRefusals }
}

/** Lower case, straight apostrophes, no full stop at the end: the form in which phrases are matched. */
function asPhrase(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .trim()
    .replace(/[\s.!?。]+$/u, '')
}
