import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { TEMPORARY, writeFileAtomically } from '../../atomic-file.js'
import type { CancelOptions } from '../../cancellation.js'
import { withPaths } from '../../config/paths.js'
import type { Config } from '../../config/schema.js'
import { writeFault, writing } from '../../disk-fault.js'
import { GraitError } from '../../errors.js'
import { type HeldLock, withLock } from '../../locks/lock.js'
import { makeFolder } from '../../make-folder.js'
import { removeLeftovers } from '../cache/leftovers.js'
import { ONLY_IN_CACHE } from '../cache/stage-manifest.js'
import { copyTree } from './copy-tree.js'
import { resultsDigest } from './results-file.js'

/** Exists while a run writes into its folder. */
const LOCK = 'run.lock'

export interface HoldOptions extends CancelOptions {
  /** Called with the process that is watched, while it is not known whether it is alive. */
  onWait?: ((owner: string) => void) | undefined
}

/** A run's folder: its configuration, one folder per stage, results.json and report.html. */
export class RunDirectory {
  #results: string | null = null

  private constructor(
    readonly path: string,
    private readonly configuration: string,
  ) {}

  /**
   * The folder of a run: a new one, or one that holds the same configuration. Writes nothing yet. The configuration is kept with whole
   * paths, so that it means the same wherever it is read.
   * @param kind given if not a single run; noted in config.yaml, so that the two kinds do not share a folder
   * @throws GraitError run_conflict if the folder contains something else
   */
  static async at(path: string, config: Config, kind?: string): Promise<RunDirectory> {
    const directory = new RunDirectory(resolve(path), configurationText(config, kind))
    await directory.requireOwn()
    return directory
  }

  /** A new folder runs/<config name>-<time>, in local time; no other process gets the same. */
  static async claim(name: string, now: Date, config: Config, kind?: string): Promise<RunDirectory> {
    const path = await claimFolder(resolve('runs', `${name}-${stampOf(now)}`))
    return new RunDirectory(path, configurationText(config, kind))
  }

  /**
   * Runs `work` while no other process writes into this folder. The work gets a signal that ends it.
   * @throws GraitError run_conflict if another run writes into the folder, or if the folder contains something else by now
   */
  async whileHeld<T>(work: (signal: AbortSignal) => Promise<T>, { onWait, signal }: HoldOptions = {}): Promise<T> {
    const begin = async (_lock: HeldLock, signal: AbortSignal) => {
      await this.requireOwn()
      await removeLeftovers(this.path)
      await this.write('config.yaml', this.configuration)
      return work(signal)
    }
    return withLock(join(this.path, LOCK), begin, { onWait, signal, refuse: (owner) => this.inUse(owner) })
  }

  /** Copies a finished stage's files into the run under `name`: whoever changes them changes nothing for other runs. */
  async copy(source: string, name: string): Promise<void> {
    const target = join(this.path, name)
    await writing(target, () => makeFolder(join(target, '..')))
    await copyTree(source, target, ONLY_IN_CACHE)
  }

  async write(name: string, data: string): Promise<void> {
    await writeFileAtomically(join(this.path, name), data)
    if (name === 'results.json') this.#results = resultsDigest(data)
  }

  /** The digest of the results that were written; null before. */
  get results(): string | null {
    return this.#results
  }

  private async requireOwn(): Promise<void> {
    const before = await readFile(join(this.path, 'config.yaml'), 'utf8').catch(() => undefined)
    if (before === undefined && (await foreignFiles(this.path)).length > 0) {
      throw new GraitError('run_conflict', `${this.path}: holds files that are no run of this program`, {
        hint: 'Give another folder with --out.',
      })
    }
    if (before !== undefined && before !== this.configuration) {
      throw new GraitError('run_conflict', `${this.path}: holds a run with another configuration (config.yaml)`, {
        hint: 'Give another folder with --out; finished stages are shared anyway.',
      })
    }
  }

  private inUse(owner: string): GraitError {
    return new GraitError('run_conflict', `${this.path}: ${owner} is writing a run into this folder`, {
      hint: 'Wait until it has ended, or give another folder with --out; finished stages are shared anyway.',
      details: { path: this.path, owner },
    })
  }
}

function configurationText(config: Config, kind: string | undefined): string {
  return `${kind === undefined ? '' : `# ${kind}; what it varies stands in run.json\n`}${stringify(withPaths(config, (inner) => resolve(inner)))}`
}

/** What was there before any run: not the lock, nor what a killed process left half-written. */
async function foreignFiles(path: string): Promise<string[]> {
  if (!existsSync(path)) return []
  const names = await writing(path, () => readdir(path))
  return names.filter((name) => name !== LOCK && !TEMPORARY.test(name))
}

/** Makes `base`, or else `base`-2, -3, ...: the first that does not exist. */
async function claimFolder(base: string): Promise<string> {
  await writing(base, () => makeFolder(dirname(base)))
  for (let attempt = 1; ; attempt++) {
    const path = attempt === 1 ? base : `${base}-${attempt}`
    try {
      await mkdir(path)
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFault(error, path)
    }
  }
}

/** 20260102-030405 */
function stampOf(now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const [day, time] = [
    [now.getMonth() + 1, now.getDate()],
    [now.getHours(), now.getMinutes(), now.getSeconds()],
  ]
  return `${now.getFullYear()}${day.map(two).join('')}-${time.map(two).join('')}`
}
