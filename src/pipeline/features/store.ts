import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import { widenFloat16 } from '../../bridge/float16.js'
import { writing } from '../../disk-fault.js'
import { makeFolder } from '../../make-folder.js'
import { damaged, readWhole } from '../cache/whole-file.js'
import { readStoredJson } from '../folder/stored-json.js'
import { type NpyDtype, type NpyMatrix, npyHeader, openNpy, rowBytes } from './npy.js'

/** Maximum size of a shard; a larger row gets its own shard. */
const SHARD_BYTES = 64 * 2 ** 20
/** Bytes read at once when features are streamed back. */
const BLOCK_BYTES = 8 * 2 ** 20

/** Id, norm or failure of a question in the index. */
const INDEX_BYTES = 512

export interface FeatureIndex {
  ids: string[]
  /** L2 norm of each row before normalisation. */
  norms: number[]
  dim: number
  dtype: NpyDtype
  normalised: boolean
  form: string
  projection: { kind: string; dim: number; sparsity: number; seed: number }
  /** File name and number of rows of each shard, in the order of `ids`. */
  shards: { file: string; rows: number }[]
  /** Ids without a row, and why. */
  failures: { id: string; code: string; message: string }[]
}

/** Maximum number of bytes that the features of `rows` questions take, including the index. */
export function featureBytes(dtype: NpyDtype, rows: number, dim: number): number {
  return rows * (rowBytes(dtype, dim) + INDEX_BYTES)
}

/** Writes rows [n, dim], in the order given, to .npy shards and finally an index.json. */
export async function writeFeatures(
  dir: string,
  index: Omit<FeatureIndex, 'shards'>,
  rowOf: (id: string) => Promise<Uint8Array>,
): Promise<void> {
  await writing(dir, () => makeFolder(dir))
  const bytes = rowBytes(index.dtype, index.dim)
  const perShard = Math.max(1, Math.floor(SHARD_BYTES / bytes))
  const shards: FeatureIndex['shards'] = []
  for (let start = 0; start < index.ids.length; start += perShard) {
    const ids = index.ids.slice(start, start + perShard)
    const file = `shard-${String(shards.length).padStart(5, '0')}.npy`
    await writing(join(dir, file), () => writeShard(join(dir, file), npyHeader(index.dtype, ids.length, index.dim), ids, rowOf))
    shards.push({ file, rows: ids.length })
  }
  await writeFileAtomically(join(dir, 'index.json'), `${JSON.stringify({ ...index, shards })}\n`)
}

async function writeShard(path: string, header: Buffer, ids: readonly string[], rowOf: (id: string) => Promise<Uint8Array>): Promise<void> {
  const handle = await open(path, 'w')
  try {
    // writeFile, not write: a disk that fills up takes a part of a row without an error.
    await handle.writeFile(header)
    for (const id of ids) await handle.writeFile(await rowOf(id))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** @throws GraitError data_invalid if the index doesn't describe the rows of its shards */
export async function readFeatureIndex(dir: string): Promise<FeatureIndex> {
  const index = await readStoredJson<FeatureIndex>(join(dir, 'index.json'))
  const rows = index.shards.reduce((sum, shard) => sum + shard.rows, 0)
  if (rows !== index.ids.length) throw damaged(join(dir, 'index.json'), `${index.ids.length} ids for ${rows} rows`)
  return index
}

/** A block of consecutive rows: `rows` is [ids, dim], row-major. */
export interface StoredBlock {
  ids: string[]
  rows: Float32Array
  dim: number
}

/** Streams the rows back in order; memory is bounded by one block. */
export async function* readFeatures(dir: string, index: FeatureIndex): AsyncGenerator<StoredBlock> {
  const bytes = rowBytes(index.dtype, index.dim)
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / bytes))
  let first = 0
  for (const shard of index.shards) {
    const file = await openNpy(join(dir, shard.file))
    try {
      requireShape(join(dir, shard.file), file, { dtype: index.dtype, rows: shard.rows, columns: index.dim })
      for (let row = 0; row < shard.rows; row += perBlock) {
        const count = Math.min(perBlock, shard.rows - row)
        const buffer = await readWhole(file.handle, join(dir, shard.file), file.offset + row * bytes, count * bytes)
        yield { ids: index.ids.slice(first + row, first + row + count), rows: asFloat32(buffer, index.dtype), dim: index.dim }
      }
    } finally {
      await file.handle.close()
    }
    first += shard.rows
  }
}

function requireShape(path: string, found: Omit<NpyMatrix, 'offset'>, wanted: Omit<NpyMatrix, 'offset'>): void {
  const words = ({ dtype, rows, columns }: Omit<NpyMatrix, 'offset'>) => `${rows} rows of ${columns} values, ${dtype}`
  if (words(found) !== words(wanted)) throw damaged(path, `it has ${words(found)}; its index says ${words(wanted)}`)
}

/** All rows in memory: [ids, dim], row-major. */
export async function featureMatrix(dir: string): Promise<{ ids: string[]; rows: Float32Array; dim: number }> {
  const index = await readFeatureIndex(dir)
  const rows = new Float32Array(index.ids.length * index.dim)
  let at = 0
  for await (const block of readFeatures(dir, index)) {
    rows.set(block.rows, at)
    at += block.rows.length
  }
  return { ids: index.ids, rows, dim: index.dim }
}

function asFloat32(buffer: Buffer, dtype: NpyDtype): Float32Array {
  if (dtype === 'float32') return new Float32Array(buffer.buffer, buffer.byteOffset, buffer.length / 4)
  return widenFloat16(new Uint16Array(buffer.buffer, buffer.byteOffset, buffer.length / 2))
}
