import { open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import { canonicalJson } from '../../canonical-json.js'
import { makeFolder } from '../../make-folder.js'
import { readWhole } from './whole-file.js'

const UNIT = /^(\d+)\.unit$/

/**
 * The finished planned batches of one interrupted stage: one file per batch, complete or absent.
 * `maker` is what the batch plan depends on beyond the stage's key (the machine's memory, the runtime's versions):
 * units of another maker are dropped.
 */
export class UnitStore {
  readonly dir: string

  private constructor(dir: string) {
    this.dir = dir
  }

  static async open(dir: string, maker: unknown): Promise<UnitStore> {
    const made = canonicalJson(maker)
    const path = join(dir, 'maker.json')
    const before = await readFile(path, 'utf8').catch(() => undefined)
    if (before !== made) {
      await rm(dir, { recursive: true, force: true })
      await makeFolder(dir)
      await writeFileAtomically(path, made)
    }
    return new UnitStore(dir)
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
    await writeFileAtomically(this.path(batch), data)
  }

  async read(batch: number): Promise<Buffer> {
    return readFile(this.path(batch))
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

  private path(batch: number): string {
    return join(this.dir, `${batch}.unit`)
  }
}
