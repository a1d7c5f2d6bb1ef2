import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { writeFileAtomically } from '../../atomic-file.js'
import type { Config } from '../../config/schema.js'
import { writing } from '../../disk-fault.js'
import { GraitError } from '../../errors.js'
import { removeLeftovers } from '../cache/leftovers.js'
import { ABOUT_STAGE } from '../cache/stage-manifest.js'
import { copyTree } from './copy-tree.js'

/** A run's folder: its configuration, one folder per stage, results.json and report.html. */
export class RunDirectory {
  private constructor(
    readonly path: string,
    private readonly configuration: string,
  ) {}

  /**
   * The folder of a run: a new one, or one that holds the same configuration. Writes nothing yet.
   * @param kind given if not a single run; noted in config.yaml, so that the two kinds do not share a folder
   * @throws GraitError run_conflict if the folder contains something else
   */
  static async at(path: string, config: Config, kind?: string): Promise<RunDirectory> {
    const dir = resolve(path)
    const written = `${kind === undefined ? '' : `# ${kind}; what it varies stands in run.json\n`}${stringify(config)}`
    const before = await readFile(join(dir, 'config.yaml'), 'utf8').catch(() => undefined)
    if (before === undefined && existsSync(dir) && (await readdir(dir)).length > 0) {
      throw new GraitError('run_conflict', `${dir}: holds files that are no run of this program`, {
        hint: 'Give another folder with --out.',
      })
    }
    if (before !== undefined && before !== written) {
      throw new GraitError('run_conflict', `${dir}: holds a run with another configuration (config.yaml)`, {
        hint: 'Give another folder with --out; finished stages are shared anyway.',
      })
    }
    return new RunDirectory(dir, written)
  }

  async create(): Promise<void> {
    await writing(this.path, () => mkdir(this.path, { recursive: true }))
    await removeLeftovers(this.path)
    await this.write('config.yaml', this.configuration)
  }

  /** Copies a finished stage's files into the run under `name`: whoever changes them changes nothing for other runs. */
  async copy(source: string, name: string): Promise<void> {
    const target = join(this.path, name)
    await writing(target, () => mkdir(join(target, '..'), { recursive: true }))
    await copyTree(source, target, ABOUT_STAGE)
  }

  async write(name: string, data: string): Promise<void> {
    await writeFileAtomically(join(this.path, name), data)
  }
}

/** An unused path runs/<config name>-<time>, in local time. */
export function defaultRunPath(name: string, now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const stamp = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`
  const base = join('runs', `${name}-${stamp}`)
  for (let attempt = 1; ; attempt++) {
    const path = attempt === 1 ? base : `${base}-${attempt}`
    if (!existsSync(path)) return path
  }
}
