import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'

const main = inject('commandLine')
const dir = mkdtempSync(join(tmpdir(), 'grait-bad-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const file = (name: string, text: string) => {
  writeFileSync(join(dir, name), text)
  return name
}
const question = (fields: object) => JSON.stringify({ id: 'a', kind: 'oeqa', question: 'Q?', answers: ['x'], ...fields })

function grait(...args: string[]) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [main, ...args], { cwd: dir, encoding: 'utf8' })
  return { status, stderr, stdout }
}

describe('bad input to grait run', () => {
  const CASES: [string, string[], RegExp, RegExp][] = [
    ['a missing file', ['--set', 'data.train=jsonl:my.jsonll'], /my\.jsonll: no such file/, /Did you mean my\.jsonl\?/],
    ['a malformed line', ['--set', 'data.train=jsonl:malformed.jsonl'], /malformed\.jsonl:2: not valid JSON/, /complete JSON object/],
    ['a question with no right answer', ['--set', 'data.train=jsonl:unanswered.jsonl'], /unanswered\.jsonl:1: no right answer/, /answers/],
    ['duplicate ids', ['--set', 'data.train=jsonl:twice.jsonl'], /twice\.jsonl:2: the id "a" was already used in line 1/, /id of its own/],
    [
      'an unknown configuration key',
      ['--set', 'tuning.train.epocs=1'],
      /--set tuning\.train\.epocs: there is no such key/,
      /tuning\.train\.epochs\?/,
    ],
    ['a value out of range', ['--set', 'knowledge.threshold=7'], /knowledge\.threshold: must be at most 1, not 7/, /grait schema/],
    ['an unknown data set', ['--set', 'data.train=atlass'], /"atlass": unknown data set/, /Did you mean atlas\?/],
    ['an unknown subject', ['--set', 'data.subjects=[capitals]'], /no subject "capitals"/, /Did you mean capital\?/],
    ['an unknown method', ['--set', 'selection.method=grayt'], /no method "grayt"/, /Did you mean grait\?/],
    ['a model folder that is not there', ['--set', 'model.source=path:nowhere'], /path:nowhere: there is no such folder/, /config\.json/],
    ['a model source of no known kind', ['--set', 'model.source=smollm'], /model\.source: must be embedded:NAME/, /grait schema/],
    ['a missing configuration', ['none.yaml'], /none\.yaml: can't be read/, /YAML/],
  ]
  file('my.jsonl', question({}))
  file('malformed.jsonl', `${question({})}\n{"id": "b", "kind"\n`)
  file('unanswered.jsonl', question({ answers: [] }))
  file('twice.jsonl', `${question({})}\n${question({ question: 'Another?' })}\n`)
  const before = readdirSync(dir).sort()

  it.each(CASES)('%s: exit 2, what is wrong and what to do, no stack trace, nothing left behind', (_, args, what, hint) => {
    const { status, stderr, stdout } = grait('run', ...args)
    expect(stderr).toMatch(what)
    expect(stderr).toMatch(hint)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect([status, stdout]).toEqual([2, ''])
    expect(readdirSync(dir).sort()).toEqual(before)
  })

  it('an unknown command or option: exit 2 and the nearest known one', () => {
    expect(grait('runn')).toMatchObject({ status: 2, stderr: expect.stringContaining('Did you mean run?') })
    expect(grait('run', '--jsn')).toMatchObject({ status: 2, stderr: expect.stringContaining('--json') })
  })

  it('shows the stack trace with --verbose', () => {
    expect(grait('--verbose', 'run', 'none.yaml').stderr).toMatch(/^\s+at /m)
  })
})
