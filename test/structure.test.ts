import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { circles } from './circles.js'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const src = join(root, 'src')

/** Every room of src, and the rooms that it may import from. The files beside the rooms are open to all. */
const ALLOWED: Record<string, readonly string[]> = {
  api: ['bridge', 'config', 'data', 'evaluation', 'pipeline', 'runtime'],
  cli: ['config', 'data', 'disk', 'pipeline', 'prompts', 'repl', 'report', 'runtime'],
  repl: ['config', 'data', 'evaluation', 'pipeline', 'report', 'runtime'],
  pipeline: ['bridge', 'config', 'data', 'disk', 'evaluation', 'influence', 'knowledge', 'locks', 'prompts', 'rait', 'report', 'runtime'],
  report: ['data', 'evaluation'],
  rait: ['evaluation', 'influence', 'knowledge'],
  prompts: ['bridge', 'data'],
  evaluation: ['data'],
  runtime: ['bridge', 'config', 'data', 'disk', 'locks'],
  data: ['disk', 'locks'],
  disk: [],
  locks: [],
  knowledge: [],
  influence: [],
  bridge: [],
  config: [],
}
/** What a pure room never does: read files, start processes, open connections. */
const OUTSIDE_WORLD = /^node:(fs|child_process|net|http)/
const PURE = ['knowledge', 'influence', 'rait', 'evaluation']
/** A folder with more files is two rooms. */
const MOST_FILES = 20

interface Import {
  from: string
  target: string
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))

/** Imports of values and of types alike: who must be read to understand whom. */
const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(join(src, from), 'utf8')
  return [...text.matchAll(/^(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm)].map((match) => ({
    from,
    target: (match[1] ?? match[2]) as string,
  }))
})

const arrows: Import[] = imports
  .filter(({ target }) => target.startsWith('.'))
  .map(({ from, target }) => ({ from, target: relative(src, resolve(src, dirname(from), target)).replace(/\.js$/, '.ts') }))

/** The top folder that a file lies in; undefined for a file beside the rooms. */
function roomOf(file: string): string | undefined {
  return file.includes(sep) ? file.split(sep)[0] : undefined
}

const shown = ({ from, target }: Import) => `${from} -> ${target}`

describe('the structure of src', () => {
  it('has imports between rooms that are allowed, and no others', () => {
    const wrong = arrows.filter(({ from, target }) => {
      const [room, other] = [roomOf(from), roomOf(target)]
      return room !== undefined && other !== undefined && room !== other && ALLOWED[room]?.includes(other) !== true
    })
    expect(wrong.map(shown)).toEqual([])
  })

  it('allows no import that nothing needs', () => {
    const used = new Set(arrows.map(({ from, target }) => `${roomOf(from)} -> ${roomOf(target)}`))
    const idle = Object.entries(ALLOWED).flatMap(([room, others]) =>
      others.map((other) => `${room} -> ${other}`).filter((arrow) => !used.has(arrow)),
    )
    expect(idle).toEqual([])
  })

  it('has files beside the rooms that import no room, except the public API', () => {
    const wrong = arrows.filter(({ from, target }) => roomOf(from) === undefined && from !== 'index.ts' && roomOf(target) !== undefined)
    expect(wrong.map(shown)).toEqual([])
  })

  it('has no circle of files, types included', () => {
    expect(circles(arrows.map(({ from, target }) => [from, target]))).toEqual([])
  })

  it('has no circle of folders: each can be read before those that use it', () => {
    const between = arrows.map(({ from, target }): [string, string] => [dirname(from), dirname(target)])
    expect(circles(between.filter(([a, b]) => a !== b && a !== '.' && b !== '.'))).toEqual([])
  })

  it('has pure rooms that touch neither files nor processes nor the network', () => {
    const wrong = imports.filter(({ from, target }) => PURE.includes(roomOf(from) ?? '') && OUTSIDE_WORLD.test(target))
    expect(wrong.map(shown)).toEqual([])
  })

  it(`has no folder of more than ${MOST_FILES} files`, () => {
    const counts = new Map<string, number>()
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
    expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([])
  })

  it('loads Vega only when a chart is drawn: it would double the time that every command takes to start', () => {
    const eager = files.filter((file) => /^import (?!type ).*from '(vega|vega-lite)'/m.test(readFileSync(join(src, file), 'utf8')))
    expect(eager).toEqual([])
    expect(imports.some(({ target }) => target === 'vega')).toBe(true)
  })

  it('knows every room', () => {
    const rooms = new Set(files.map(roomOf).filter((room) => room !== undefined))
    expect([...rooms].sort()).toEqual(Object.keys(ALLOWED).sort())
  })
})

describe('circles', () => {
  it('are found through any number of steps, and named in order', () => {
    expect(
      circles([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['c', 'd'],
      ]),
    ).toEqual([['a', 'b', 'c']])
    expect(
      circles([
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'c'],
      ]),
    ).toEqual([])
  })
})
