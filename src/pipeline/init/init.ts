import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError, systemWords, writeFault } from '../../disk-fault.js'
import { GraitError } from '../../errors.js'
import { onProcessExit } from '../../exit-hook.js'
import { makeFolder } from '../../make-folder.js'
import { refusePartOfRun } from '../folder/part-of-run.js'
import { sampleConfig, sampleCsv, sampleJsonLines } from './texts.js'

/**
 * Writes grait.yaml and questions.jsonl (or .csv) into a folder, which is created if missing. Nothing is overwritten.
 * @returns the paths written
 * @throws GraitError usage if one of the files already exists, or if the folder belongs to a run; disk_full, disk_failed
 */
export async function initExperiment(dir: string, format: 'jsonl' | 'csv'): Promise<string[]> {
  const questions = join(dir, `questions.${format}`)
  const files: [string, string][] = [
    [join(dir, 'grait.yaml'), sampleConfig(`${format}:questions.${format}`)],
    [questions, format === 'csv' ? sampleCsv() : sampleJsonLines()],
  ]
  await refusePartOfRun(dir)
  await makeFolder(dir).catch((cause) => {
    throw new GraitError('usage', `${dir}: can't be made a folder: ${isSystemError(cause) ? systemWords(cause) : String(cause)}`, {
      hint: 'Name another folder.',
      cause,
    })
  })
  const written: string[] = []
  const takeBack = () => {
    for (const path of written) rmSync(path, { force: true })
  }
  const settled = onProcessExit(takeBack)
  try {
    for (const [path, text] of files) await writeNewFile(path, text, written)
    return written
  } catch (error) {
    takeBack()
    throw error
  } finally {
    settled()
  }
}

/** Adds `path` to `written` as soon as the file is there, complete or not. */
async function writeNewFile(path: string, text: string, written: string[]): Promise<void> {
  try {
    const handle = await open(path, 'wx')
    written.push(path)
    await handle.writeFile(text).finally(() => handle.close())
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFault(cause, path)
    throw new GraitError('usage', `${path}: is there already; nothing was written`, {
      hint: 'Name another folder, or move the file away.',
      cause,
    })
  }
}
