import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { Command } from 'commander'
import ts from 'typescript'
import { afterAll, describe, expect, it } from 'vitest'
import { withAttach } from '../../src/cli/options/attach.js'
import { applySetting } from '../../src/config/settings.js'
import { configKeys } from '../config/configuration-doc.js'
import { blocks, documentedCommands, pages, root } from './documented-commands.js'

/** [page, words] */
const commands = documentedCommands().map(({ page, words }) => [page, words] as const)

async function commandNamed(name: string): Promise<Command> {
  const module = (await import(`../../src/cli/commands/${name}.ts`)) as Record<string, () => Command>
  return withAttach((module[`${name}Command`] as () => Command)())
}

describe('the pages', () => {
  it('link to what is there', () => {
    const broken = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)]
        .map((match) => join(dirname(page), match[1] as string))
        .filter((target) => !existsSync(target))
        .map((target) => `${relative(root, page)} -> ${relative(root, target)}`),
    )
    expect(broken).toEqual([])
  })

  it('name commands and options that there are', async () => {
    const unknown: string[] = []
    for (const [page, [name = '', ...rest]] of commands) {
      if (name.startsWith('-')) continue
      if (!existsSync(join(root, 'src/cli/commands', `${name}.ts`))) {
        unknown.push(`${page}: ${name}`)
        continue
      }
      const command = await commandNamed(name)
      const own = [command, ...command.commands].flatMap(({ options }) => options.flatMap(({ long }) => long ?? []))
      const known = new Set([...own, '--verbose', '--help'])
      unknown.push(...rest.filter((word) => word.startsWith('--') && !known.has(word)).map((word) => `${page}: ${name} ${word}`))
    }
    expect(commands.length).toBeGreaterThan(20)
    expect(unknown).toEqual([])
  })

  it('set keys that there are', () => {
    const keys = configKeys().map(({ key }) => key)
    const settings = commands.flatMap(([page, parts]) =>
      parts.flatMap((word, i) => (word === '--set' ? [[page, parts[i + 1] as string]] : [])),
    )
    const wrong = settings.filter(([, setting]) => {
      applySetting({}, setting as string)
      const key = (setting as string).split('=')[0] as string
      return !keys.some((known) => known === key || key.startsWith(`${known}.`))
    })
    expect(settings.length).toBeGreaterThan(5)
    expect(wrong).toEqual([])
  })

  describe('have snippets of TypeScript', () => {
    const folder = mkdtempSync(join(tmpdir(), 'grait-snippets-'))
    afterAll(() => rmSync(folder, { recursive: true }))

    it('that compile', () => {
      const files = pages.flatMap((page) =>
        blocks(page, 'ts').map((code, index) => {
          const file = join(folder, `${relative(root, page).replaceAll('/', '-')}-${index}.mts`)
          writeFileSync(file, code)
          return file
        }),
      )
      const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
      const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
      const paths = { grait: [join(root, 'src/index.ts')] }
      const program = ts.createProgram(files, { ...options, paths, typeRoots: [join(root, 'node_modules/@types')] })
      const wrong = files.flatMap((file) => [
        ...program.getSemanticDiagnostics(program.getSourceFile(file)),
        ...program.getSyntacticDiagnostics(program.getSourceFile(file)),
      ])
      expect(files.length).toBeGreaterThan(1)
      expect(wrong.map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)).toEqual([])
    }, 60_000)
  })
})
