import { createHash } from 'node:crypto'
import { open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import { canonicalJson } from '../../canonical-json.js'
import { writing } from '../../disk-fault.js'
import { makeFolder } from '../../make-folder.js'
import { readWhole } from './whole-file.js'

const MAKER = 'maker.json'
const UNIT = /^(\d+)\.unit$/

/** Every unit starts with the SHA-256 of its number and of what follows: one that was renamed is damaged, too. */
const DIGEST_BYTES = 32

/**
 * The finished planned batches of one interrupted stage: one file per batch, complete or absent. Damaged ones are dropped when the
 * store is opened, and so computed again.
 * `maker` is what the batch plan depends on beyond the stage's key (the machine's memory, the runtime's versions):
 * units of another maker are dropped.
 */
export class UnitStore {
  readonly dir: string

  private constructor(
    dir: string,
    private readonly made: string,
  ) {
    this.dir = dir
  }

  static async open(dir: string, maker: unknown): Promise<UnitStore> {
    const made = canonicalJson(maker)
    const path = join(dir, MAKER)
    const before = await readFile(path, 'utf8').catch(() => undefined)
    const store = new UnitStore(dir, made)
    if (before !== made) await store.clear()
    await store.dropDamaged()
    return store
  }

  /** Drops all batches. */
  async clear(): Promise<void> {
    await writing(this.dir, async () => {
      await rm(this.dir, { recursive: true, force: true })
      await makeFolder(this.dir)
    })
    await writeFileAtomically(join(this.dir, MAKER), this.made)
  }

  /** Numbers of the finished batches, ascending. */
  async completed(): Promise<number[]> {
    const batches: number[] = []
    for (const name of await readdir(this.dir)) {
      const number = UNIT.exec(name)?.[1]
      if (number !== undefined) batches.push(Number(number))
    }
    return batches.sort((a, b) => a - b)
  }

  /** Bytes that the finished batches take. */
  async bytes(): Promise<number> {
    const sizes = await Promise.all((await this.completed()).map(async (batch) => (await stat(this.path(batch))).size))
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  async write(batch: number, data: string | Uint8Array): Promise<void> {
    const payload = typeof data === 'string' ? Buffer.from(data) : data
    await writeFileAtomically(this.path(batch), Buffer.concat([digestOfUnit(batch, payload), payload]))
  }

  async read(batch: number): Promise<Buffer> {
    return (await readFile(this.path(batch))).subarray(DIGEST_BYTES)
  }

  /** Reads `bytes` bytes of a batch's file, the first of them `fromEnd` bytes before its end. */
  async readPart(batch: number, fromEnd: number, bytes: number): Promise<Buffer> {
    const path = this.path(batch)
    const handle = await open(path, 'r')
    try {
      return await readWhole(handle, path, (await handle.stat()).size - fromEnd, bytes)
    } finally {
      await handle.close()
    }
  }

  private async dropDamaged(): Promise<void> {
    for (const batch of await this.completed()) {
      const unit = await readFile(this.path(batch)).catch(() => Buffer.alloc(0))
      const whole = unit.subarray(0, DIGEST_BYTES).equals(digestOfUnit(batch, unit.subarray(DIGEST_BYTES)))
      if (!whole) await writing(this.path(batch), () => rm(this.path(batch), { recursive: true }))
    }
  }

  private path(batch: number): string {
    return join(this.dir, `${batch}.unit`)
  }
}

function digestOfUnit(batch: number, payload: Uint8Array): Buffer {
  return createHash('sha256').update(`${batch}\n`).update(payload).digest()
}
