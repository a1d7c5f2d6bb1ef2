import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** README and every page of docs/, absolute; not the generated reference of the API, whose blocks are signatures. */
export const pages = [
  join(root, 'README.md'),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith(join('reference', 'api')))
    .map((name) => join(root, 'docs', name)),
]

export interface DocumentedCommand {
  page: string
  /** As a shell would split it; `grait` and what runs it left out. */
  words: string[]
}

/** The fenced blocks of a page, of one language ('' for none). */
export function blocks(page: string, language: string): string[] {
  const text = readFileSync(page, 'utf8')
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].filter((match) => match[1] === language).map((match) => match[2] as string)
}

/** Every command line of this program on the pages, in their order: those in blocks, and whole ones inside a sentence. */
export function documentedCommands(): DocumentedCommand[] {
  return pages.flatMap((page) => {
    const text = readFileSync(page, 'utf8')
    return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$|`npx grait ([a-z][^`]*)`/gm)]
      .flatMap(([, language, block, inline]) => (inline !== undefined ? [inline] : language === '' ? linesOf(block as string) : []))
      .map((line) => ({ page: relative(root, page), words: words(line) }))
  })
}

function linesOf(block: string): string[] {
  return block
    .replaceAll('\\\n', '')
    .split('\n')
    .flatMap((line) => /^(?:npx )?grait ([a-z].*)$/.exec(line)?.[1] ?? [])
    .map((line) => line.replace(/\s+#.*$/, ''))
}

function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? (match[3] as string))
}
