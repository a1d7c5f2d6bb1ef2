import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../../../src/config/schema.js'
import { readResults } from '../../../src/pipeline/folder/results-file.js'
import { RunDirectory } from '../../../src/pipeline/folder/run-directory.js'
import { RunRecord } from '../../../src/pipeline/folder/run-record.js'
import { folderWith } from '../../data/temporary-folder.js'

async function finishedRun(): Promise<string> {
  const config = configSchema.parse({ data: { train: 'atlas' } })
  const directory = await RunDirectory.at(join(folderWith({}), 'run'), config)
  await directory.whileHeld(async () => {
    await directory.write('results.json', '{"rows": [{"ths": 12}]}\n')
    await new RunRecord(directory, 'mine', config).finish()
  })
  return directory.path
}

describe('results.json of a run', () => {
  it('is read as the run wrote it', async () => {
    expect(await readResults(await finishedRun())).toBe('{"rows": [{"ths": 12}]}\n')
  })

  it('is refused where somebody changed a figure', async () => {
    const run = await finishedRun()
    const path = join(run, 'results.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('12', '21'))
    await expect(readResults(run)).rejects.toMatchObject({
      code: 'data_invalid',
      message: expect.stringContaining('changed after the run'),
    })
  })

  it('is not there before the evaluation', async () => {
    expect(await readResults(folderWith({}))).toBeUndefined()
  })
})
