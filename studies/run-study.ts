import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { type CompareOutcome, compareExperiment, type RunReporter } from 'grait'
import { subjectOf } from '../src/rait/subject-shares.js'
import { type Evaluated, outcomesOf } from './evaluated.js'
import type { Figure, Pair } from './kept-figures.js'
import { questionLookup } from './question-lookup.js'
import { type RefusedRight, refusedRight } from './refused-right.js'
import { inScratchFolder, studyConfig } from './scratch.js'
import type { Arm, Study } from './study.js'

/** How a study is run. */
export interface StudyRun {
  name: string
  study: Study
  /** On top of the settings of the study, e.g. another dtype. */
  settings: readonly string[]
  seeds: readonly number[]
  reporter: RunReporter
}

/** What came of one arm. */
export interface ArmOutcome {
  figures: Figure[]
  /** Empty where the study names no reference. */
  pairs: Pair[]
}

/** Runs the arms one after the other; finished stages are shared between them and with every other run. */
export async function* runStudy(run: StudyRun): AsyncGenerator<ArmOutcome> {
  for (const arm of run.study.arms) yield await runArm(run, arm)
}

function runArm({ name, study, settings, seeds, reporter }: StudyRun, arm: Arm): Promise<ArmOutcome> {
  const loaded = studyConfig(study.config, [...study.settings, ...arm.settings, ...settings])
  return inScratchFolder(async (out) => {
    const outcome = await compareExperiment(loaded, {
      methods: arm.methods,
      seeds,
      out,
      reporter,
      ...(study.reference && { reference: study.reference }),
    })
    const { results, failures } = outcome
    for (const failure of failures) reporter.warning?.(`${arm.name}, ${failure.method}, seed ${failure.seed}: ${failure.message}`)
    const dtype = await dtypeOf(out)
    const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`
    const initial = await initiallyRight(outcome)
    const figures: Figure[] = []
    for (const { method, seed, dataset, n, pc, pw, pr, ths } of results.rows) {
      const refusals = method.startsWith('init-')
        ? {}
        : await refusalsOf(outcome, { method, seed, dataset }, initial.get(dataset) ?? new Map())
      figures.push({ study: name, arm: arm.name, method, seed, dataset, n, pc, pw, pr, ths, ...refusals, dtype, machine })
    }
    const against = study.reference === undefined ? [] : results.comparisons
    // A comparison is of the other method with the reference; told is how the reference stands to the other.
    const pairs = against.map(
      ({ a, b, dataset, difference, interval, p }): Pair => ({
        study: name,
        arm: arm.name,
        reference: b,
        method: a,
        seeds: [...seeds],
        dataset,
        difference: -difference,
        interval: interval && [-interval[1], -interval[0]],
        p,
        dtype,
      }),
    )
    return { figures, pairs }
  })
}

/** Whether Init-Basic was right, by id, for each data set. */
async function initiallyRight({ dir, results }: CompareOutcome): Promise<Map<string, Map<string, boolean>>> {
  const right = new Map<string, Map<string, boolean>>()
  for (const row of results.rows.filter(({ method }) => method === 'init-basic')) {
    const outcomes = await outcomesOf(dir, row)
    right.set(row.dataset, new Map(outcomes.map(({ id, outcome }) => [id, outcome === 'correct'])))
  }
  return right
}

async function refusalsOf({ dir, data }: CompareOutcome, row: Evaluated, initial: ReadonlyMap<string, boolean>): Promise<RefusedRight> {
  const refused = (await outcomesOf(dir, row)).filter(({ outcome }) => outcome === 'refused').map(({ id }) => id)
  const question = questionLookup(data)
  return refusedRight(initial, new Set(refused), (id) => subjectOf(question(id)))
}

async function dtypeOf(run: string): Promise<string> {
  const { identity } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as { identity: { dtype: string } }
  return identity.dtype
}
