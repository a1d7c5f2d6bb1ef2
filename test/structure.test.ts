import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const src = join(root, 'src')

/** A folder may import from its own rank and from lower ones. */
const RANK: Record<string, number> = {
  cli: 4,
  repl: 4,
  pipeline: 3,
  data: 2,
  prompts: 2,
  knowledge: 2,
  influence: 2,
  rait: 2,
  evaluation: 2,
  report: 2,
  runtime: 2,
  bridge: 1,
  config: 0,
}
const PURE = new Set(['knowledge', 'influence', 'rait', 'evaluation'])

interface Import {
  from: string
  folder: string
  target: string
  types: boolean
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(src, file), 'utf8')
  return [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm)].map((match) => ({
    from: file,
    folder: folderOf(file),
    target: (match[2] ?? match[3]) as string,
    types: match[1] !== undefined,
  }))
})

function folderOf(file: string): string {
  return file.includes(sep) ? (file.split(sep)[0] as string) : ''
}

function targetFolder({ from, target }: Import): string | undefined {
  if (!target.startsWith('.')) return undefined
  return folderOf(relative(src, resolve(src, dirname(from), target)))
}

describe('the structure of src', () => {
  it('has imports that point one way: cli, repl -> pipeline -> capabilities -> bridge -> config, errors', () => {
    const wrong = imports.filter((found) => {
      const folder = targetFolder(found)
      if (folder === undefined || folder === '' || found.folder === '') return false
      return (RANK[folder] ?? Infinity) > (RANK[found.folder] ?? -Infinity)
    })
    expect(wrong.map(({ from, target }) => `${from} -> ${target}`)).toEqual([])
  })

  it('has pure folders that import neither the runtime nor the file system', () => {
    const wrong = imports.filter((found) => {
      if (!PURE.has(found.folder)) return false
      return targetFolder(found) === 'runtime' || targetFolder(found) === 'bridge' || /^node:(fs|child_process|net|http)/.test(found.target)
    })
    expect(wrong.map(({ from, target }) => `${from} -> ${target}`)).toEqual([])
  })

  it('loads Vega only when a chart is drawn: it would double the time that every command takes to start', () => {
    const eager = files.filter((file) => /^import (?!type ).*from '(vega|vega-lite)'/m.test(readFileSync(join(src, file), 'utf8')))
    expect(eager).toEqual([])
    expect(imports.some(({ target }) => target === 'vega')).toBe(true)
  })

  it('knows every folder', () => {
    expect(files.map(folderOf).filter((folder) => folder !== '' && !(folder in RANK))).toEqual([])
  })
})
