import { join } from 'node:path'
import { type RunReporter, runExperiment } from 'grait'
import { readJsonLines } from '../src/pipeline/folder/json-lines-file.js'
import { subjectOf } from '../src/rait/subject-shares.js'
import { markdownTable } from '../src/report/documents/markdown-table.js'
import { questionLookup } from './question-lookup.js'
import { inScratchFolder, studyConfig } from './scratch.js'

/** What is chosen, and from where, under one setting; nothing is tuned. */
export interface Composition {
  arm: string
  /** Chosen refusals of each subject. */
  bySubject: Map<string, number>
  refused: Set<string>
  /** Refusal influences of D_idk: smallest and largest. */
  range: [smallest: number, largest: number]
}

export interface CompositionArm {
  name: string
  settings: readonly string[]
}

/** Chooses under each arm's settings, the first being what the others are compared with. */
export async function compositions(config: string, arms: readonly CompositionArm[], reporter: RunReporter): Promise<Composition[]> {
  const found: Composition[] = []
  for (const arm of arms) found.push(await inScratchFolder((out) => composition(config, arm, out, reporter)))
  return found
}

async function composition(config: string, { name, settings }: CompositionArm, out: string, reporter: RunReporter): Promise<Composition> {
  const { data } = await runExperiment(studyConfig(config, settings), { out, until: 'selection', reporter })
  const records = await readJsonLines<{ id: string; group: string; refusalInfluence: number | null; selected: boolean }>(
    join(out, 'selection', 'influence.jsonl'),
  )
  const unknown = records.filter(({ group }) => group === 'idk')
  const refused = unknown.filter(({ selected }) => selected).map(({ id }) => id)
  const question = questionLookup(data)
  const bySubject = new Map<string, number>()
  for (const id of refused) {
    const subject = subjectOf(question(id))
    bySubject.set(subject, (bySubject.get(subject) ?? 0) + 1)
  }
  const influences = unknown.flatMap(({ refusalInfluence }) => refusalInfluence ?? [])
  return { arm: name, bySubject, refused: new Set(refused), range: [Math.min(...influences), Math.max(...influences)] }
}

/** A row an arm: refusals of each subject, how many of the first arm's are among them, the range of the influences. */
export function compositionTable(found: readonly Composition[]): string {
  const subjects = [...new Set(found.flatMap(({ bySubject }) => [...bySubject.keys()]))].sort()
  const first = found[0]
  const columns = ['arm', ...subjects, 'shared', 'influence'].map((header, index) => ({
    header,
    ...(index > 0 && { align: 'right' as const }),
  }))
  const rows = found.map(({ arm, bySubject, refused, range }) => [
    arm,
    ...subjects.map((subject) => String(bySubject.get(subject) ?? 0)),
    `${[...refused].filter((id) => first?.refused.has(id)).length}/${refused.size}`,
    `${range[0].toFixed(2)} to ${range[1].toFixed(2)}`,
  ])
  return markdownTable(columns, rows)
}
