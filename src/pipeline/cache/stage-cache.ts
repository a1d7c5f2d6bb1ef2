import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { lock } from 'proper-lockfile'
import { digestOf } from './digest.js'
import { processIsGone } from './leftovers.js'

/** Folders of a stage that is being computed. */
export interface StageWorkspace {
  /** Becomes the finished stage. Emptied when the computation starts. */
  files: string
  /** Survives an interruption: finished batches, training checkpoints. */
  resume: string
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

export interface StageCacheEvents {
  /** Called when another process is computing the same stage. */
  onWait?: ((stage: string) => void) | undefined
  signal?: AbortSignal | undefined
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

  /** Computes the stage unless it is in the cache. Finished parts of an interrupted computation are reused. */
  async obtain(stage: Stage, events: StageCacheEvents = {}): Promise<FinishedStage> {
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
    const partial = `${dir}.partial`
    const release = await this.lockPartial(partial, stage.name, events)
    try {
      if (existsSync(dir)) {
        await rm(partial, { recursive: true, force: true })
        return finished(true)
      }
      const workspace = { files: join(partial, 'files'), resume: join(partial, 'resume') }
      await rm(workspace.files, { recursive: true, force: true })
      await mkdir(workspace.files, { recursive: true })
      await mkdir(workspace.resume, { recursive: true })
      await stage.compute(workspace)
      await rename(workspace.files, dir)
      await rm(partial, { recursive: true, force: true })
      return finished(false)
    } finally {
      await release().catch(() => undefined)
    }
  }

  private path(name: string, key: string): string {
    return join(this.dir, name, key.slice(0, 32))
  }

  private async lockPartial(partial: string, name: string, events: StageCacheEvents): Promise<() => Promise<void>> {
    const options = { stale: 15_000, update: 5_000, realpath: false, lockfilePath: `${partial}.lock` }
    const owner = join(partial, 'owner')
    const attempt = async () => {
      await mkdir(join(partial, '..'), { recursive: true })
      const release = await lock(partial, options)
      await mkdir(partial, { recursive: true })
      await writeFile(owner, String(process.pid))
      return release
    }
    for (let waited = false; ; waited = true) {
      try {
        return await attempt()
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
      }
      if (await ownerIsDead(owner)) {
        // The owner was killed while it held the lock, so there is no need to wait until the lock becomes stale.
        await rm(options.lockfilePath, { recursive: true, force: true })
        continue
      }
      if (!waited) events.onWait?.(name)
      await delay(500, undefined, { signal: events.signal })
    }
  }
}

async function ownerIsDead(owner: string): Promise<boolean> {
  const pid = Number(await readFile(owner, 'utf8').catch(() => ''))
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  return processIsGone(pid)
}
