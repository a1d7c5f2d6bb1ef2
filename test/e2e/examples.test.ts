import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, describe, expect, inject, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const examples = join(root, 'examples')
const tsx = join(root, 'node_modules/.bin/tsx')

interface Expected {
  args?: string[]
  /** What it must have printed, a pattern a line at least. */
  prints: RegExp[]
}

const EXPECTED: Record<string, Expected> = {
  'before-and-after.ts': {
    prints: [
      /^What is the capital of Vanuatu\?\n {2}before: (?!I don't know).+\n {2}after: {2}I don't know\./m,
      /^ {2}after: {2}.*Berlin/m,
    ],
  },
  'knowledge-plot.ts': { prints: [/^France +█{8,}·* (0\.[4-9]|1\.0) {2}.+/m, /^Palau +·{20} 0\.0 {2}.+/m] },
  'nearest-questions.ts': { prints: [/^How is gold written in chemistry\?\n {2}0\.\d\d {2}.*(symbol|element)/m] },
  // On few questions and for two steps: what is held is that it runs and compares, not what comes of it.
  'own-method.ts': {
    args: [
      'data.limit={train: 60, validation: 4, test: 12}',
      'knowledge.samples=2',
      'knowledge.maxTokens=8',
      'rehearsal.count=4',
      'tuning.train.epochs=0.2',
      'selection.known=4',
      'selection.unknown=4',
      'evaluation.bootstrap=100',
    ],
    prints: [/balanced/, /cor-rait/],
  },
  'own-questions.ts': {
    prints: [
      /^paris: correctness (0\.[5-9]|1\.)\d*, certainty [\d.]+, e\.g\. .+/m,
      /^tuvalu: correctness 0\.00, certainty/m,
      /^hafnium: refusal influence -?\d\.\d{3}, over-refusal -?\d\.\d{3}$/m,
    ],
  },
}

describe('an example', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grait-examples-'))
  symlinkSync(join(root, 'configs'), join(folder, 'configs'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is held by this test', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(readdirSync(examples).sort())
  })

  it('is short', () => {
    const lines = readdirSync(examples).map((file) => [file, readFileSync(join(examples, file), 'utf8').split('\n').length] as const)
    expect(lines.filter(([, count]) => count > 80)).toEqual([])
  })

  it.each(Object.entries(EXPECTED))('%s runs as it stands and prints what it says', async (file, { args = [], prints }) => {
    const { stdout } = await execa(tsx, ['--tsconfig', join(root, 'tsconfig.json'), join(examples, file), ...args], {
      cwd: folder,
      env: { GRAIT_PYTHON: inject('python') },
    })
    for (const pattern of prints) expect(stdout).toMatch(pattern)
  })
})
