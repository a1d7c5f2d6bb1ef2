import { isLabel } from './option-labels.js'
import type { UnreadField } from './unread-fields.js'
import { isLetterOfOption } from './written-options.js'

/** B) Paris, (b) Paris. B. Russell is a name. */
const LETTER_BEFORE = /^\s*[([]?[A-J][)\]]\s+\S/i

/**
 * Finds options under names that nobody here knows, which would make every record of a file an open-ended question: its only answer is
 * a letter, a small number or the name of a field that is not read, or it is the text of one of them, not always the same. Letters alone are
 * enough where nothing else is there.
 */
export class HiddenOptions {
  readonly #names = new Set<string>()
  readonly #sources = new Set<string>()
  readonly #answers: (string | undefined)[] = []
  #copied = true

  /** Notes an open-ended question that does not say what kind it is. */
  add(answers: readonly string[], fields: readonly UnreadField[]): void {
    const texts = fields.flatMap(([name, value]) =>
      typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()] as const] : [],
    )
    const only = answers.length === 1 ? answers[0] : undefined
    for (const [name] of texts) this.#names.add(name)
    this.#answers.push(only)
    const source = texts.find(([, text]) => text === only)?.[0]
    if (source === undefined) this.#copied = false
    else this.#sources.add(source)
  }

  /** The fields that may be the options, and what speaks for it; undefined if nothing does. */
  found(): { names: string[]; why: string } | undefined {
    const names = [...this.#names]
    if (this.#answers.length === 0) return undefined
    if (names.length < 2) {
      if (this.#answers.every((answer = '') => isLetterOfOption(answer))) return { names: [], why: 'is a letter, as options have' }
      const labelled = this.#answers.every((answer = '') => LETTER_BEFORE.test(answer))
      return labelled ? { names: [], why: 'begins with a letter, as options do' } : undefined
    }
    if (this.#copied && this.#sources.size > 1) return { names, why: 'is the text of another' }
    const calls = (answer = '') => isLabel(answer, names.length) || /^[A-J]$/i.test(answer) || names.includes(answer)
    return this.#answers.every(calls) ? { names, why: 'is a letter or a small number, or names another' } : undefined
  }
}
