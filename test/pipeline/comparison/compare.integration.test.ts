import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { stringify } from 'yaml'
import { resolveConfig } from '../../../src/config/load.js'
import { UNTRAINED } from '../../../src/evaluation/untrained/registry.js'
import { type CompareOutcome, compareExperiment } from '../../../src/pipeline/comparison/compare.js'
import { runExperiment } from '../../../src/pipeline/experiment/run.js'
import { fullReporter, type OverallProgress } from '../../../src/pipeline/reporter.js'
import type { Method } from '../../../src/rait/method.js'
import { tinyExperiment, writeTinyQuestions } from '../tiny-experiment.js'

/** All questions are multiple choice. */
const LETTERS_ONLY = UNTRAINED.filter(({ openEnded }) => !openEnded)
const dir = mkdtempSync(join(tmpdir(), 'grait-compare-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const questions = writeTinyQuestions(dir, 60)
const cache = join(dir, 'cache')
const input = tinyExperiment(inject('tinyModel'), questions, cache, inject('python'))
const config = resolveConfig(input)
const METHODS = ['grait', 'cor-rait', 'craft']
const SEEDS = [1, 2]

/** Which stages were computed, and how far the whole was. */
function recordingReporter() {
  const stages: { name: string; reused: boolean; about: string }[] = []
  const overall: OverallProgress[] = []
  const notes: string[] = []
  const warnings: string[] = []
  return {
    stages,
    overall,
    notes,
    warnings,
    stageFinished: (name: string, { reused, about }: { reused: boolean; about: string }) => void stages.push({ name, reused, about }),
  }
}

/** What a comparison leaves that must not depend on when or how often it was begun. */
function lasting(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !['run.json', 'report.html'].includes(entry.name),
  )
  return new Map(
    files.map((entry) => join(entry.parentPath, entry.name)).map((path) => [path.slice(folder.length), readFileSync(path)] as const),
  )
}

function reporterOf(recorder: ReturnType<typeof recordingReporter>) {
  return {
    ...fullReporter(),
    stageFinished: recorder.stageFinished,
    overall: (progress: OverallProgress) => void recorder.overall.push(progress),
    note: (message: string) => void recorder.notes.push(message),
    warning: (message: string) => void recorder.warnings.push(message),
  }
}

describe('a comparison of methods and seeds', () => {
  let outcome: CompareOutcome
  const first = recordingReporter()

  beforeAll(async () => {
    outcome = await compareExperiment(
      { config, name: 'tiny' },
      { methods: METHODS, seeds: SEEDS, out: join(dir, 'first'), reporter: reporterOf(first) },
    )
  }, 600_000)

  it('puts selection, tuning and evaluation of every method and seed in a folder of their own', () => {
    for (const method of METHODS) {
      for (const seed of SEEDS) {
        const folder = join(outcome.dir, 'methods', method, `seed-${seed}`)
        expect(readdirSync(folder).sort()).toEqual(['evaluation', 'selection', 'tuning'])
        expect(readFileSync(join(folder, 'evaluation', 'tiny-test.jsonl'), 'utf8')).toContain(`"method":"${method}","seed":${seed}`)
      }
    }
    expect(readdirSync(outcome.dir).sort()).toEqual(
      [
        'config.yaml',
        'flow',
        'gradients',
        'knowledge',
        'methods',
        'rehearsal',
        'report.html',
        'results.csv',
        'results.json',
        'results.md',
        'run.json',
      ].sort(),
    )
  })

  it('shows every method and seed in the report, and puts a card beside every tuned adapter', () => {
    const page = readFileSync(join(outcome.dir, 'report.html'), 'utf8')
    expect(page).toContain(`comparison of ${METHODS.join(', ')}`)
    for (const method of METHODS) {
      expect(page).toContain(`<th scope="row" class="text">${method}<span class="about">${SEEDS.length} seeds</span>`)
      for (const seed of SEEDS) {
        const card = readFileSync(join(outcome.dir, 'methods', method, `seed-${seed}`, 'tuning', 'adapter', 'README.md'), 'utf8')
        expect(card).toContain(`method \`${method}\`, seed ${seed}`)
      }
    }
  })

  it('asks, rehearses, asks again and takes gradients once for all, and evaluates the initial model once', () => {
    const count = (name: string) => first.stages.filter((stage) => stage.name === name).length
    expect(['knowledge', 'rehearsal', 'flow'].map(count)).toEqual([1, 1, 1])
    // Of the source questions; the probe is asked about those of the test and of the thresholds.
    expect(count('gradients')).toBe(3)
    // Of the source questions, the test and the thresholds; P(True) of the latter two; a probe of either kind.
    expect(['states', 'truth', 'probe', 'samples'].map(count)).toEqual([3, 2, 2, 0])
    expect(['selection', 'tuning', 'evaluation'].map(count)).toEqual([6, 6, 2 * (2 + 6)])
    expect(first.stages.every(({ reused }) => !reused)).toBe(true)
  })

  it('tells how far it is and, once a tuning and an evaluation are measured, how long it takes', () => {
    expect(first.overall.map(({ done }) => done)).toEqual(Array.from({ length: 32 }, (_, index) => index))
    expect(new Set(first.overall.map(({ total }) => total))).toEqual(new Set([31]))
    expect(first.overall.map(({ secondsLeft }) => secondsLeft !== undefined)).toEqual([...Array(14).fill(false), ...Array(18).fill(true)])
    expect(first.overall.at(-1)?.secondsLeft).toBe(0)
  })

  it('gives rows, means over seeds and comparisons with grait that belong together', () => {
    const { rows, summary, comparisons } = outcome.results
    expect(rows.map(({ method, seed }) => `${method} ${seed}`)).toEqual([
      'init-basic 1',
      'init-refuse 1',
      ...LETTERS_ONLY.map(({ id }) => `${id} 1`),
      ...METHODS.flatMap((method) => SEEDS.map((seed) => `${method} ${seed}`)),
    ])
    const thsOf = (method: string) => rows.filter((row) => row.method === method).map(({ ths }) => ths as number)
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    for (const { method, mean: means, seeds } of summary) {
      expect(seeds).toEqual(METHODS.includes(method) ? SEEDS : [1])
      expect(means.ths).toBeCloseTo(mean(thsOf(method)), 10)
    }
    expect(comparisons.map(({ a, b }) => [a, b])).toEqual([
      ['init-refuse', 'grait'],
      ...LETTERS_ONLY.map(({ id }) => [id, 'grait']),
      ['cor-rait', 'grait'],
      ['craft', 'grait'],
    ])
    for (const { a, b, difference } of comparisons) expect(difference).toBeCloseTo(mean(thsOf(a)) - mean(thsOf(b)), 10)
    expect(JSON.parse(readFileSync(join(outcome.dir, 'results.json'), 'utf8'))).toEqual(outcome.results)
    const csv = readFileSync(join(outcome.dir, 'results.csv'), 'utf8').trimEnd().split('\n')
    expect(csv).toHaveLength(1 + rows.length)
  })

  it('gives a method and seed the row that a run of its own gives, from the same stages', async () => {
    const alone = recordingReporter()
    const run = await runExperiment(
      { config: { ...config, seed: 2, selection: { ...config.selection, method: 'craft' } }, name: 'tiny' },
      { out: join(dir, 'alone'), reporter: reporterOf(alone) },
    )
    expect(alone.stages.filter(({ reused }) => !reused)).toEqual([])
    const counts = (results: CompareOutcome['results'] | undefined) => {
      const row = results?.rows.find(({ method, seed }) => method === 'craft' && seed === 2)
      return [row?.correct, row?.wrong, row?.refused, row?.unparseable]
    }
    expect(counts(run.results)).toEqual(counts(outcome.results))
  })

  it('computes nothing a second time and leaves the same bytes', async () => {
    const second = recordingReporter()
    const again = await compareExperiment(
      { config, name: 'tiny' },
      { methods: METHODS, seeds: SEEDS, out: join(dir, 'second'), reporter: reporterOf(second) },
    )
    expect(second.stages.filter(({ reused }) => !reused)).toEqual([])
    expect(lasting(again.dir)).toEqual(lasting(outcome.dir))
  })

  it('compares with another method where that is asked for', async () => {
    const options = { methods: METHODS, seeds: SEEDS, reference: 'craft', out: join(dir, 'with-craft') }
    const { results, reference, table } = await compareExperiment({ config, name: 'tiny' }, options)
    expect(reference).toBe('craft')
    expect(results.comparisons.map(({ a, b }) => [a, b])).toEqual([
      ['init-refuse', 'craft'],
      ...LETTERS_ONLY.map(({ id }) => [id, 'craft']),
      ['grait', 'craft'],
      ['cor-rait', 'craft'],
    ])
    expect(results.rows).toEqual(outcome.results.rows)
    expect(table).toContain('craft')
  })

  it('killed in between, the same command goes on and ends with the same bytes', async () => {
    const own = join(dir, 'killed-cache')
    writeFileSync(join(dir, 'killed.yaml'), stringify(input))
    const main = inject('commandLine')
    const args = ['compare', join(dir, 'killed.yaml'), '--methods', METHODS.join(','), '--seeds', SEEDS.join(','), '--json']
    const begin = () =>
      spawn(process.execPath, [main, ...args, '--out', join(dir, 'killed'), '--set', `cache.dir=${own}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    const tunings = () =>
      existsSync(join(own, 'tuning')) ? readdirSync(join(own, 'tuning')).filter((name) => /^[0-9a-f]+$/.test(name)).length : 0

    const killed = begin()
    killed.stdout.resume()
    while (tunings() < 2) await delay(20)
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    expect(tunings()).toBeLessThan(6)
    expect(existsSync(join(dir, 'killed', 'results.json'))).toBe(false)

    const goneOn = begin()
    let printed = ''
    goneOn.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
    const [status] = (await once(goneOn, 'close')) as [number]
    expect(status).toBe(0)
    expect(printed).toBe(readFileSync(join(outcome.dir, 'results.json'), 'utf8'))
    const [undisturbed, found] = [lasting(outcome.dir), lasting(join(dir, 'killed'))]
    undisturbed.delete('/config.yaml') // names another cache
    found.delete('/config.yaml')
    expect([...found.keys()].sort()).toEqual([...undisturbed.keys()].sort())
    expect(found).toEqual(undisturbed)
  }, 300_000)

  it('goes on without a method that fails, and names it; a reason is told once', async () => {
    const failing: Method = {
      id: 'mine',
      description: 'fails with the second seed',
      needs: { influence: false },
      select(candidates, { seed }) {
        if (seed === 2) throw new TypeError('nothing to choose')
        return { chosen: [{ id: candidates[0]?.id as string, group: 'ik', target: 'gold', weight: 1 }], notes: [] }
      },
    }
    const always: Method = {
      ...failing,
      id: 'mine-too',
      select() {
        throw new TypeError('nothing to choose')
      },
    }
    const told = recordingReporter()
    const {
      results,
      failures,
      table,
      dir: folder,
    } = await compareExperiment(
      { config, name: 'tiny' },
      { methods: [failing, 'cor-rait', always], seeds: SEEDS, out: join(dir, 'failing'), reporter: reporterOf(told) },
    )
    const failed = (method: string, seed: number) => ({ method, seed, code: 'internal', message: 'nothing to choose' })
    expect(failures).toEqual([failed('mine-too', 1), failed('mine', 2), failed('mine-too', 2)])
    expect(table).toContain('- FAILED: mine-too (seeds 1, 2); mine (seed 2): nothing to choose')
    expect(told.warnings.filter((warning) => !warning.includes('too few to learn from'))).toEqual([
      'seed 1: mine-too failed: nothing to choose',
      'seed 2: mine failed: as mine-too did with seed 1',
      'seed 2: mine-too failed: as mine-too did with seed 1',
    ])
    expect(readFileSync(join(folder, 'results.md'), 'utf8')).toBe(table)
    expect(results.rows.map(({ method, seed }) => `${method} ${seed}`)).toEqual([
      'init-basic 1',
      'init-refuse 1',
      ...LETTERS_ONLY.filter(({ probe }) => probe !== 'gradient').map(({ id }) => `${id} 1`),
      'mine 1',
      'cor-rait 1',
      'cor-rait 2',
    ])
    expect(told.overall.at(-1)).toMatchObject({ done: 28, total: 28 })
    expect(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')).failures).toEqual(failures)
  })

  it('does not answer a changed function of one’s own, or a raised version, from what the former one chose', async () => {
    const chosenBy = async (take: 'first' | 'last', version?: string) => {
      const first: Method['select'] = (all) => ({
        chosen: [{ id: all[0]?.id as string, group: 'ik', target: 'gold', weight: 1 }],
        notes: [],
      })
      const last: Method['select'] = (all) => ({
        chosen: [{ id: all.at(-1)?.id as string, group: 'ik', target: 'gold', weight: 1 }],
        notes: [],
      })
      const method = { id: 'mine', description: '', needs: { influence: false }, select: take === 'first' ? first : last }
      const { dir: folder, config: ran } = await runExperiment(
        { config, name: 'tiny' },
        { methods: [{ ...method, ...(version && { version }) }], until: 'selection', out: mkdtempSync(join(dir, 'own-')) },
      )
      expect(ran.selection.method).toBe('mine')
      return (JSON.parse(readFileSync(join(folder, 'selection', 'train.jsonl'), 'utf8')) as { id: string }).id
    }
    const [first, last] = [await chosenBy('first'), await chosenBy('last')]
    expect(first).not.toBe(last)
    expect([await chosenBy('first', '1'), await chosenBy('last', '1'), await chosenBy('last', '2')]).toEqual([first, first, last])
  })

  it('tells what was asked for and taken where there are too few questions, or stops where that is asked for', async () => {
    const takingUpTo = (known: number, strictCounts: boolean) =>
      compareExperiment(
        { config: { ...config, selection: { ...config.selection, known, strictCounts } }, name: 'tiny' },
        { methods: ['cor-rait'], seeds: [1], out: mkdtempSync(join(dir, 'few-')) },
      )
    const few = await takingUpTo(500, false)
    expect(few.table).toMatch(/- cor-rait: there are fewer known questions than were asked for, \d+ of 500; all of them are taken/)
    const { asked, taken } = JSON.parse(readFileSync(join(few.dir, 'methods', 'cor-rait', 'seed-1', 'selection', 'selection.json'), 'utf8'))
    expect(asked).toEqual({ known: 500, unknown: 4 })
    expect(taken.known).toBeLessThan(500)
    await expect(takingUpTo(500, true)).rejects.toMatchObject({ code: 'too_few_questions' })
  })
})
