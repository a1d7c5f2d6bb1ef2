import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CancelOptions } from '../../cancellation.js'
import { writing } from '../../disk-fault.js'
import { type HeldLock, withLock } from '../../locks/lock.js'
import { makeFolder } from '../../make-folder.js'
import { digestOf } from './digest.js'
import { damageOf, writeManifest } from './stage-manifest.js'

/** Folders of a stage that is being computed. */
export interface StageWorkspace {
  /** Becomes the finished stage. Empty when the computation starts. */
  files: string
  /** Survives an interruption: finished batches, training checkpoints. */
  resume: string
  /** Aborted if the caller cancels, or if another process took the stage over. */
  signal: AbortSignal
}

export interface Stage {
  name: string
  /** Increased when the meaning or the format of the stage's files changes. */
  version: number
  /** Everything that the stage's files depend on: its part of the configuration, input digests, the model, keys of earlier stages. */
  inputs: unknown
  compute(workspace: StageWorkspace): Promise<void>
}

export interface FinishedStage {
  name: string
  key: string
  dir: string
  /** True if the stage was already in the cache. */
  reused: boolean
  seconds: number
}

export interface ObtainOptions extends CancelOptions {
  /** Called when another process is computing the same stage, with that process in words. */
  onWait?: ((owner: string) => void) | undefined
  /** Called when the stage in the cache is damaged: with what is wrong, and the folder in which it is kept from now on. */
  onDamage?: ((damage: string, aside: string) => void) | undefined
  /** Called when the computation starts. */
  onCompute?: (() => void) | undefined
}

export interface StageCacheOptions {
  /** Read every byte of a finished stage before its first use, not only of files that were touched. */
  verify?: boolean | undefined
}

/** Raised when the layout of a stage's folder changes: a stage of an earlier layout is never met. */
const LAYOUT = 2

/** Finished stages by key; runs, methods and seeds share them. */
export class StageCache {
  /** Folders whose every byte this process has read, or written. */
  private readonly verified = new Set<string>()

  constructor(
    readonly dir: string,
    private readonly options: StageCacheOptions = {},
  ) {}

  key(stage: Pick<Stage, 'name' | 'version' | 'inputs'>): string {
    return digestOf({ layout: LAYOUT, name: stage.name, version: stage.version, inputs: stage.inputs })
  }

  /**
   * Computes the stage unless it is in the cache, whole. Finished parts of an interrupted computation are reused; a damaged stage is set
   * aside and computed again.
   * @throws GraitError run_conflict if another process took the computation over; disk_full, disk_failed; what computing throws
   */
  async obtain(stage: Stage, { onWait, onDamage, onCompute, signal }: ObtainOptions = {}): Promise<FinishedStage> {
    const started = performance.now()
    const key = this.key(stage)
    const dir = this.path(stage.name, key)
    const finished = (reused: boolean): FinishedStage => ({
      name: stage.name,
      key,
      dir,
      reused,
      seconds: (performance.now() - started) / 1000,
    })
    if (existsSync(dir) && (await this.damage(dir, { signal })) === undefined) return finished(true)
    const obtainAlone = async (lock: HeldLock, signal: AbortSignal) => {
      if (existsSync(dir)) {
        const damage = await this.damage(dir, { signal })
        if (damage === undefined) return finished(true)
        const aside = await setAside(dir)
        onDamage?.(damage, aside)
      }
      onCompute?.()
      await computeInto(dir, stage, lock, signal)
      this.verified.add(dir)
      return finished(false)
    }
    return withLock(`${dir}.partial.lock`, obtainAlone, { onWait, signal })
  }

  private async damage(dir: string, { signal }: CancelOptions): Promise<string | undefined> {
    const everyByte = this.options.verify === true && !this.verified.has(dir)
    const damage = await damageOf(dir, { everyByte, signal })
    if (damage === undefined && everyByte) this.verified.add(dir)
    return damage
  }

  private path(name: string, key: string): string {
    return join(this.dir, name, key.slice(0, 32))
  }
}

async function computeInto(dir: string, stage: Stage, lock: HeldLock, signal: AbortSignal): Promise<void> {
  const partial = `${dir}.partial`
  // A folder of this lock's own: a process that lost its lock, and does not know yet, writes into another.
  const [files, resume] = [join(partial, `files-${lock.id}`), join(partial, 'resume')]
  await writing(partial, async () => {
    for (const path of [partial, resume]) await removeNoFolder(path)
    await makeFolder(resume)
    await removeOtherFiles(partial)
    await mkdir(files)
  })
  await stage.compute({ files, resume, signal })
  await writeManifest(files, { signal })
  lock.check()
  await writing(dir, async () => {
    await rename(files, dir)
    await rm(partial, { recursive: true, force: true })
  })
}

/** Removes what is not a folder where only folders of the cache lie: it holds no work. */
async function removeNoFolder(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isDirectory() === false) await rm(path)
}

/** Moves a damaged stage out of the way, where it can be looked at. @returns its new folder */
async function setAside(dir: string): Promise<string> {
  const aside = `${dir}.damaged-${randomBytes(3).toString('hex')}`
  await writing(aside, () => rename(dir, aside))
  return aside
}

async function removeOtherFiles(partial: string): Promise<void> {
  for (const name of await readdir(partial)) {
    if (name !== 'resume') await rm(join(partial, name), { recursive: true, force: true })
  }
}
