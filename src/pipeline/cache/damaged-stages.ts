import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type CheckOptions, damageOf } from './stage-manifest.js'

/** What `grait doctor` finds in a folder of finished stages. */
export interface StageFindings {
  /** Finished stages. */
  stages: number
  damaged: { path: string; damage: string }[]
  /** Folders of damaged stages that a run has set aside. */
  aside: string[]
}

const FINISHED = /^[0-9a-f]{32}$/
const ASIDE = /^[0-9a-f]{32}\.damaged-[0-9a-f]+$/

/** Looks for damage in all finished stages under `dir`; changes nothing but the notes of what was read. */
export async function damagedStages(dir: string, options: CheckOptions = {}): Promise<StageFindings> {
  const folders: string[] = []
  for (const name of await namesIn(dir)) {
    for (const each of await namesIn(join(dir, name))) folders.push(join(dir, name, each))
  }
  const named = (pattern: RegExp) => folders.filter((path) => pattern.test(path.slice(path.lastIndexOf('/') + 1)))
  const damaged: StageFindings['damaged'] = []
  for (const path of named(FINISHED)) {
    const damage = await damageOf(path, options)
    if (damage !== undefined) damaged.push({ path, damage })
  }
  return { stages: named(FINISHED).length, damaged, aside: named(ASIDE) }
}

async function namesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}
