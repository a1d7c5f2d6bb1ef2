import { mkdir, open, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { GraitError } from '../../errors.js'
import { sampleConfig, sampleCsv, sampleJsonLines } from './texts.js'

/**
 * Writes grait.yaml and questions.jsonl (or .csv) into a folder, which is created if missing. Nothing is overwritten.
 * @returns the paths written
 * @throws GraitError usage if one of the files already exists
 */
export async function initExperiment(dir: string, format: 'jsonl' | 'csv'): Promise<string[]> {
  const questions = join(dir, `questions.${format}`)
  const files: [string, string][] = [
    [join(dir, 'grait.yaml'), sampleConfig(`${format}:${resolve(questions)}`)],
    [questions, format === 'csv' ? sampleCsv() : sampleJsonLines()],
  ]
  await mkdir(dir, { recursive: true }).catch((cause) => {
    throw new GraitError('usage', `${dir}: can't be made a folder: ${(cause as Error).message}`, { hint: 'Name another folder.', cause })
  })
  const written: string[] = []
  for (const [path, text] of files) {
    try {
      const handle = await open(path, 'wx')
      written.push(path)
      await handle.writeFile(text)
      await handle.close()
    } catch (cause) {
      for (const half of written) await rm(half)
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      throw new GraitError('usage', `${path}: is there already; nothing was written`, {
        hint: 'Name another folder, or move the file away.',
        cause,
      })
    }
  }
  return written
}
