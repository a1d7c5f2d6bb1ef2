import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = (name: string) => join(root, 'node_modules/.bin', name)
const folder = mkdtempSync(join(tmpdir(), 'grait-package-'))
const project = join(folder, 'project')
const MOST_BYTES = 3_500_000

interface Packed {
  filename: string
  unpackedSize: number
  files: { path: string }[]
}

let packed: Packed
let tarball: string

/** What somebody who installs the package may write. */
const CONSUMER = `
import { type Model, methods, startRuntime } from 'grait'

const runtime = await startRuntime({ attach: null, threads: 1 })
const model: Model = await runtime.loadModel({ source: process.argv[2] as string })
for await (const { logprobs } of model.scoreOptions([{ id: 'a', prompt: 'What is', options: ['red', 'blue'] }])) {
  const scores: Float64Array = logprobs
  console.log(methods.length, scores.length)
}
await runtime.close()
`

/** Judges and reads data, then lists the native add-ons that came with that; the whole package is the control. */
const WITHOUT_RUNTIME = `
const addons = () => process.report.getReport().sharedObjects.filter((path) => path.endsWith('.node'))
const { scoreAnswers } = await import('grait/evaluation')
const { loadDataset } = await import('grait/data')
const { questions } = await loadDataset({ name: 'atlas' })
const some = questions.slice(0, 3)
const answers = { mine: some.map(({ id, answers }) => ({ id, output: answers[0] })) }
const { results } = await scoreAnswers({ questions: some, answers })
const before = addons()
const { startRuntime } = await import('grait/runtime')
const whole = await import('grait')
console.log(JSON.stringify({ right: results.rows[0].correct, before, after: addons().length > 0, same: startRuntime === whole.startRuntime }))
`

beforeAll(async () => {
  const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root })
  packed = (JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as Packed[])[0] as Packed
  tarball = join(folder, packed.filename)
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n')
  writeFileSync(join(project, 'consumer.ts'), CONSUMER)
  await execa('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], { cwd: project })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package', () => {
  it('holds what it needs and what the README points to, nothing of the workshop, in little room', () => {
    const paths = packed.files.map(({ path }) => path)
    for (const path of [
      'dist/index.d.ts',
      'dist/cli/main.js',
      'configs/quickstart.yaml',
      'py_runtime/grait_runtime/service/server.py',
      'LICENSE',
      'docs/tutorial.md',
      'examples/own-questions.ts',
    ]) {
      expect(paths).toContain(path)
    }
    expect(paths.filter((path) => /(^|\/)(src|test|tests|studies|node_modules|__pycache__)\/|\.(map|tsbuildinfo|pyc)$/.test(path))).toEqual(
      [],
    )
    // These are for the tests and measurements of this repository.
    expect(paths.filter((path) => /requirements\/(bench|dev|lm-eval)\./.test(path))).toEqual([])
    expect(packed.unpackedSize).toBeLessThan(MOST_BYTES)
  })

  it('is found clean by publint', async () => {
    const { messages } = await publint({ pack: { tarball: tarballData() }, strict: true })
    expect(messages).toEqual([])
  })

  it('has types that are right for every way to import it', async () => {
    const { stdout, exitCode } = await execa(bin('attw'), [tarball, '--profile', 'esm-only', '--format', 'json'], { reject: false })
    const { problems } = JSON.parse(stdout) as { problems: Record<string, { resolutionKind: string }[]> }
    // TypeScript's old resolution `node10` knows no subpaths. No Node that runs this package resolves like that.
    const found = Object.keys(problems).filter((kind) => problems[kind]?.some(({ resolutionKind }) => resolutionKind !== 'node10'))
    // A CommonJS module gets the ES module, which Node can give it by require since 20.19.
    expect({ exitCode, found }).toEqual({ exitCode: 0, found: ['CJSResolvesToESM'] })
  })

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('compiles in a project of module %s, resolution %s', async (module, moduleResolution) => {
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
    const lib = ['--lib', 'es2023,esnext.disposable']
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--target',
      'es2023',
      '--module',
      module,
      '--moduleResolution',
      moduleResolution,
    ]
    await execa(bin('tsc'), [...flags, ...lib, ...types, 'consumer.ts'], { cwd: project })
  })

  it('computes in the project it was installed in', async () => {
    const args = ['--import', import.meta.resolve('tsx'), 'consumer.ts', `path:${inject('tinyModel')}`]
    const { stdout } = await execa(process.execPath, args, { cwd: project, env: { GRAIT_PYTHON: inject('python') } })
    expect(stdout).toMatch(/^\d+ 2$/)
  })

  it('judges answers and reads data without a native add-on, by subpaths', async () => {
    writeFileSync(join(project, 'judges.mjs'), WITHOUT_RUNTIME)
    const { stdout } = await execa(process.execPath, ['judges.mjs'], { cwd: project })
    expect(JSON.parse(stdout)).toEqual({ right: 3, before: [], after: true, same: true })
  })

  it('has a command', async () => {
    const { stdout } = await execa(join(project, 'node_modules/.bin/grait'), ['data', 'atlas', '--limit', '2'], { cwd: project })
    expect(stdout.split('\n').map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(['oeqa', 'oeqa'])
  })
})

function tarballData(): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball)
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}
