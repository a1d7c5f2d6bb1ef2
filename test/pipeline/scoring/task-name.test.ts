import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exportLmEval } from '../../../src/pipeline/scoring/export-lm-eval.js'
import { resolvePrompts } from '../../../src/prompts/settings.js'
import { folderWith } from '../../data/temporary-folder.js'

const csv = (answer: string) => `question,answers\nWhich?,${answer}\n`
const exported = (out: string, path: string, signal?: AbortSignal) =>
  exportLmEval(out, { name: `csv:${path}`, shots: null, instruction: 'plain', prompts: resolvePrompts({}), maxTokens: 8 }, { signal })

describe('the tasks of two files in one folder', () => {
  it('have names of their own in any script', async () => {
    const dir = folderWith({ '数据.csv': csv('Paris'), '問題.csv': csv('Rome'), 'हिन्दी.csv': csv('Oslo') })
    const out = join(dir, 'tasks')
    for (const name of ['数据', '問題', 'हिन्दी']) {
      expect((await exported(out, join(dir, `${name}.csv`))).tasks[0]?.task).toBe(`grait_${name}`)
    }
    expect(readdirSync(out)).toHaveLength(6)
  })

  it.each([
    ['a-b.csv', 'a_b.csv'],
    ['x.csv', 'X.csv'],
    ['!!.csv', '??.csv'],
    ['one/x.csv', 'two/x.csv'],
  ])('of %s and %s are not mixed up: the second is refused by name, and the first stays', async (first, second) => {
    const dir = folderWith({ [`1/${first}`]: csv('first'), [`2/${second}`]: csv('second') })
    const out = join(dir, 'tasks')
    const { tasks } = await exported(out, join(dir, '1', first))
    const data = tasks[0]?.files[1] as string
    await expect(exported(out, join(dir, '2', second))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`made from csv:${join(dir, '1', first)}`),
    })
    expect(readFileSync(data, 'utf8')).toContain('first')
    expect(readdirSync(out)).toHaveLength(2)
  })

  it('is replaced by a new export of the same file', async () => {
    const dir = folderWith({ 'x.csv': csv('old') })
    await exported(join(dir, 'tasks'), join(dir, 'x.csv'))
    writeFileSync(join(dir, 'x.csv'), csv('new'))
    const { tasks } = await exported(join(dir, 'tasks'), join(dir, 'x.csv'))
    expect(readFileSync(tasks[0]?.files[1] as string, 'utf8')).toContain('new')
  })

  it("is no reason to replace somebody's own file", async () => {
    const dir = folderWith({ 'x.csv': csv('Paris'), 'tasks/grait_x.yaml': 'task: mine\n' })
    await expect(exported(join(dir, 'tasks'), join(dir, 'x.csv'))).rejects.toMatchObject({ code: 'usage' })
    expect(readFileSync(join(dir, 'tasks/grait_x.yaml'), 'utf8')).toBe('task: mine\n')
  })

  it('writes nothing once it is cancelled', async () => {
    const dir = folderWith({ 'x.csv': csv('Paris') })
    const cancelled = exported(join(dir, 'tasks'), join(dir, 'x.csv'), AbortSignal.abort('enough'))
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' })
    expect(readdirSync(dir)).toEqual(['x.csv'])
  })
})
