import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { atlasQuestions } from '../../src/data/atlas/atlas.js'
import { groupBy } from '../../src/group-by.js'

describe('docs/atlas.md', () => {
  it('gives the true number of questions of every relation', () => {
    const text = readFileSync(new URL('../../docs/atlas.md', import.meta.url), 'utf8')
    const written = Object.fromEntries(
      [...text.matchAll(/^\| ([a-z0-9-]+) +\| (\d+) +\|/gm)].map(([, name, count]) => [name, Number(count)]),
    )
    const questions = atlasQuestions()
    const counted = Object.fromEntries([...groupBy(questions, ({ subject }) => subject)].map(([name, members]) => [name, members.length]))
    expect(written).toEqual(counted)
    expect(text).toContain(`${questions.length.toLocaleString('en-US')} short open-ended questions`)
  })
})
