import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, it } from 'vitest'

const main = inject('commandLine')
const dir = mkdtempSync(join(tmpdir(), 'grait-bad-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function grait(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { cwd: dir, encoding: 'utf8' })
}

describe('bad input to grait compare and grait paper', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown method', ['compare', '--methods', 'grait,crafd'], /no method "crafd"[\s\S]*Did you mean craft\?/],
    ['no method at all', ['compare', '--methods', ','], /no method to compare is named/],
    [
      'a reference that takes no part',
      ['compare', '--methods', 'craft,cor-rait', '--reference', 'grait'],
      /"grait" takes no part in the comparison[\s\S]*Methods that do: craft, cor-rait\./,
    ],
    ['a seed that is none', ['compare', '--seeds', '1,two'], /--seeds[\s\S]*must be whole numbers/],
    ['an unknown setting of the paper', ['paper', 'mcq', '--model', 'embedded:x', '--data', '.'], /Allowed choices are mcqa, oeqa/],
    ['a missing model', ['paper', 'mcqa', '--data', '.'], /required option '--model <source>'/],
    [
      'a folder without the data',
      ['paper', 'mcqa', '--model', 'embedded:smollm2-135m-instruct', '--data', '.'],
      /mmlu: no files of it in \./,
    ],
    [
      'a limit that is none',
      ['paper', 'mcqa', '--model', 'embedded:x', '--data', '.', '--limit', '0'],
      /must be a whole number, 1 or more/,
    ],
  ])('%s: exit 2, what is wrong, nothing left behind', (_, args, what) => {
    const { status, stdout, stderr } = grait(...args)
    expect(stderr).toMatch(what)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect([status, stdout]).toEqual([2, ''])
    expect(readdirSync(dir)).toEqual([])
  })
})
