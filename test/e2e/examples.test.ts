import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, inject, it } from 'vitest'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))
const tsx = fileURLToPath(new URL('../../node_modules/.bin/tsx', import.meta.url))

/** What each example must have printed, a pattern a line at least. */
const EXPECTED: Record<string, RegExp[]> = {
  'before-and-after.ts': [
    /^What is the capital of Vanuatu\?\n {2}before: (?!I don't know).+\n {2}after: {2}I don't know\./m,
    /^ {2}after: {2}.*Berlin/m,
  ],
  'knowledge-plot.ts': [/^France +█{8,}·* (0\.[4-9]|1\.0) {2}.+/m, /^Palau +·{20} 0\.0 {2}.+/m],
  'nearest-questions.ts': [/^How is gold written in chemistry\?\n {2}0\.\d\d {2}.*(symbol|element)/m],
  'own-method.ts': [/^## atlas-test$/m, /^\| balanced +\|.* ± /m, /^\| cor-rait +\|.* ± /m, /^\| cor-rait +\| +[+−]\d/m],
  'own-questions.ts': [
    /^paris: correctness (0\.[5-9]|1\.)\d*, certainty [\d.]+, e\.g\. .+/m,
    /^tuvalu: correctness 0\.00, certainty/m,
    /^hafnium: refusal influence -?\d\.\d{3}, over-refusal -?\d\.\d{3}$/m,
  ],
  'threshold-sweep.ts': [/^T_c 0\.3: \d+ known, \d+ unknown\n {2}Pc \d/m, /^T_c 0\.7: [\s\S]*earlier runs: knowledge, .*evaluation/m],
}

describe('an example', () => {
  it('is held by this test', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(readdirSync(examples).sort())
  })

  it('is short', () => {
    const lines = readdirSync(examples).map((file) => [file, readFileSync(join(examples, file), 'utf8').split('\n').length] as const)
    expect(lines.filter(([, count]) => count > 80)).toEqual([])
  })

  it.each(Object.entries(EXPECTED))('%s runs as it stands and prints what it says', async (file, patterns) => {
    const { stdout } = await execa(tsx, [file], { cwd: examples, env: { GRAIT_PYTHON: inject('python') } })
    for (const pattern of patterns) expect(stdout).toMatch(pattern)
  })
})
