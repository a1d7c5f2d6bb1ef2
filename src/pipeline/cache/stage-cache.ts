import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CancelOptions } from '../../cancellation.js'
import { writing } from '../../disk-fault.js'
import { type HeldLock, withLock } from '../../locks/lock.js'
import { digestOf } from './digest.js'

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
}

/** Finished stages by key; runs, methods and seeds share them. */
export class StageCache {
  constructor(readonly dir: string) {}

  key(stage: Pick<Stage, 'name' | 'version' | 'inputs'>): string {
    return digestOf({ name: stage.name, version: stage.version, inputs: stage.inputs })
  }

  find(name: string, key: string): string | undefined {
    const dir = this.path(name, key)
    return existsSync(dir) ? dir : undefined
  }

  /**
   * Computes the stage unless it is in the cache. Finished parts of an interrupted computation are reused.
   * @throws GraitError run_conflict if another process took the computation over; disk_full, disk_failed; what computing throws
   */
  async obtain(stage: Stage, { onWait, signal }: ObtainOptions = {}): Promise<FinishedStage> {
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
    if (existsSync(dir)) return finished(true)
    return withLock(
      `${dir}.partial.lock`,
      async (lock, signal) => {
        if (existsSync(dir)) return finished(true)
        await computeInto(dir, stage, lock, signal)
        return finished(false)
      },
      { onWait, signal },
    )
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
    await mkdir(resume, { recursive: true })
    await removeOtherFiles(partial)
    await mkdir(files)
  })
  await stage.compute({ files, resume, signal })
  lock.check()
  await writing(dir, async () => {
    await rename(files, dir)
    await rm(partial, { recursive: true, force: true })
  })
}

async function removeOtherFiles(partial: string): Promise<void> {
  for (const name of await readdir(partial)) {
    if (name !== 'resume') await rm(join(partial, name), { recursive: true, force: true })
  }
}
