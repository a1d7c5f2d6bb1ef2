import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { z } from 'zod'
import { GraitError } from '../../errors.js'
import { parsedJson } from '../cache/parsed-json.js'
import { RESULTS } from './earlier-results.js'

const recordSchema = z.object({ name: z.string(), configuration: z.string(), stages: z.array(z.unknown()) })

/**
 * Refuses a place that belongs to a run: its folder itself, or one of the parts in it, which the next run replaces. A folder of one's own
 * inside the run's folder is no part of it.
 * @throws GraitError usage
 */
export async function refusePartOfRun(path: string): Promise<void> {
  const wanted = resolve(path)
  for (let folder = wanted; ; folder = dirname(folder)) {
    const [part = ''] = relative(folder, wanted).split('/')
    if ((part === '' || RESULTS.includes(part)) && (await isRun(folder))) {
      throw new GraitError('usage', `${path}: ${part === '' ? 'holds a run' : `belongs to the run in ${folder}`}; nothing was written`, {
        hint: 'Name another folder.',
      })
    }
    if (folder === dirname(folder)) return
  }
}

async function isRun(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'run.json'), 'utf8').catch(() => '')
  return parsedJson(text, recordSchema) !== undefined
}
