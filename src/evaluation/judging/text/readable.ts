import { decodeHTMLStrict } from 'entities'

const THOUGHT = 'think|thinking|thought|reasoning'
/** A whole thought, everything before a thought's end (its start is often part of the prompt), and a thought that was cut off. */
const THOUGHTS = new RegExp(`<(${THOUGHT})>[\\s\\S]*?</\\1>|^[\\s\\S]*</(?:${THOUGHT})>|<(?:${THOUGHT})>[\\s\\S]*$`, 'gi')
/** Marks of a chat template that end up in the text: `</s>`, `<|im_end|>`, `<end_of_turn>`, `[/INST]`. */
const TEMPLATE_MARK = /<\|[^|<>\n]{1,40}\|>|<\/?s>|<(?:eos|bos|pad|unk|(?:start|end)_of_turn)>|\[\/?INST\]/gi
/** A line break written as backslash and n; LaTeX has commands that begin with n (\neq). */
const WRITTEN_BREAK = /(?:\\r)?\\n(?![a-z])|<br\s*\/?>/g
/** White letters in a black square or disc, which Unicode does not count as letters: 🅱. */
const WHITE_LETTERS = /[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}]/gu

/**
 * The text of an output that a reader sees: without thoughts, marks of the chat template, invisible characters, HTML entities and
 * escaped quotes.
 */
export function readable(output: string): string {
  return visible(
    output
      .replace(THOUGHTS, '\n')
      .replace(TEMPLATE_MARK, '\n')
      .replace(WRITTEN_BREAK, '\n')
      .replace(/\\(['"])/g, '$1'),
  )
}

/** A text without invisible characters (joiners, marks of direction, soft hyphens) and HTML entities. Outputs and right answers alike. */
export function visible(text: string): string {
  const decoded = text.includes('&') ? decodeHTMLStrict(text) : text
  return (decoded.includes('\\') ? withoutLatexMarkup(decoded) : decoded)
    .replace(/\p{Cf}|[\ufe00-\ufe0f]/gu, '')
    .replace(WHITE_LETTERS, (letter) => String.fromCharCode(65 + (((letter.codePointAt(0) as number) - 0x1f150) % 32)))
}

/** \text{kg}, \boxed{5}, \(x\), \, and the like: how LaTeX sets what is said. */
function withoutLatexMarkup(text: string): string {
  const unboxed = text.replace(/\\(?:text(?:bf|it|rm)?|math(?:bf|rm|it)|operatorname|boxed|mbox)\s*\{([^{}]*)\}/g, '$1')
  return (unboxed === text ? text : withoutLatexMarkup(unboxed)).replace(/(?<!\\)\\[()[\],;:! ]/g, ' ')
}
