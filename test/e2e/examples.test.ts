import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, inject, it } from 'vitest'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))
const tsx = fileURLToPath(new URL('../../node_modules/.bin/tsx', import.meta.url))

/** What each example must have printed, a pattern a line at least. */
const EXPECTED: Record<string, RegExp[]> = {
  'own-method.ts': [/^## atlas-test$/m, /^\| balanced +\|.* ± /m, /^\| cor-rait +\|.* ± /m, /^\| cor-rait +\| +[+−]\d/m],
  'own-questions.ts': [
    /^paris: correctness (0\.[5-9]|1\.)\d*, certainty [\d.]+, e\.g\. .+/m,
    /^tuvalu: correctness 0\.00, certainty/m,
    /^hafnium: refusal influence -?\d\.\d{3}, over-refusal -?\d\.\d{3}$/m,
  ],
}

describe('an example', () => {
  it('is held by this test', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(readdirSync(examples).sort())
  })

  it.each(Object.entries(EXPECTED))('%s runs as it stands and prints what it says', async (file, patterns) => {
    const { stdout } = await execa(tsx, [file], { cwd: examples, env: { GRAIT_PYTHON: inject('python') } })
    for (const pattern of patterns) expect(stdout).toMatch(pattern)
  })
})
