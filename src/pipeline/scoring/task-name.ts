import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { ownFile } from '../../data/own-file.js'
import { readFault } from '../../disk-fault.js'
import { GraitError } from '../../errors.js'

/** A name for lm_eval's command line, which separates tasks by commas: the letters and digits of any script, else underscores. */
export function taskName(label: string): string {
  return `grait_${label.replace(/[^\p{L}\p{M}\p{N}]+/gu, '_').toLowerCase()}`
}

/** What tells one data set from another: two may have the same task name, such as a-b.csv and a_b.csv, or one/x.csv and two/x.csv. */
export function sourceOf(name: string): string {
  const own = ownFile(name)
  return own === undefined ? name : `${own.prefix}${resolve(own.path)}`
}

/** @throws GraitError usage if the task's name is taken by other data */
export async function refuseOtherData(out: string, task: string, source: string): Promise<void> {
  for (const file of [`${task}.yaml`, `${task}.jsonl`]) {
    const path = join(out, file)
    const there = await readFile(path, 'utf8').catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
      throw readFault(error, path)
    })
    if (there === undefined) continue
    const before = file.endsWith('.yaml') ? exportedSource(there) : undefined
    if (before === source) return
    throw new GraitError('usage', `${path}: is there already${before === undefined ? '' : `, made from ${before}`}; nothing was written`, {
      hint: `Give another folder with --out, or rename the file of questions: the name of the task, ${task}, comes from it.`,
      details: { path, source, before },
    })
  }
}

/** What a task file was made from, as `taskFile` notes it. */
function exportedSource(yaml: string): string | undefined {
  try {
    const found: unknown = (parse(yaml) as { metadata?: { source?: unknown } | undefined } | null)?.metadata?.source
    return typeof found === 'string' ? found : undefined
  } catch {
    return undefined
  }
}
