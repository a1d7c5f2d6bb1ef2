import { type FileHandle, open } from 'node:fs/promises'
import { GraitError } from '../../errors.js'

export type NpyDtype = 'float32' | 'float16'

const DESCR: Record<NpyDtype, string> = { float32: '<f4', float16: '<f2' }
const ITEM_BYTES: Record<NpyDtype, number> = { float32: 4, float16: 2 }
const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1')

/** The header of a version 1.0 .npy file of a C-ordered [rows, columns] matrix; its length is a multiple of 64 bytes. */
export function npyHeader(dtype: NpyDtype, rows: number, columns: number): Buffer {
  const text = `{'descr': '${DESCR[dtype]}', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`
  const padded = 64 * Math.ceil((MAGIC.length + 2 + text.length + 1) / 64) - MAGIC.length - 2
  const length = Buffer.alloc(2)
  length.writeUInt16LE(padded)
  return Buffer.concat([MAGIC, length, Buffer.from(`${text.padEnd(padded - 1)}\n`, 'latin1')])
}

export interface NpyMatrix {
  dtype: NpyDtype
  rows: number
  columns: number
  /** Byte at which the rows start. */
  offset: number
}

/** Reads the header of a .npy file that `npyHeader` wrote. */
export async function openNpy(path: string): Promise<NpyMatrix & { handle: FileHandle }> {
  const handle = await open(path, 'r')
  const start = Buffer.alloc(10)
  await handle.read(start, 0, 10, 0)
  const text = Buffer.alloc(start.readUInt16LE(8))
  await handle.read(text, 0, text.length, 10)
  const match = /'descr': '(<f4|<f2)', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(text.toString('latin1'))
  if (!start.subarray(0, 8).equals(MAGIC) || match === null) {
    await handle.close()
    throw new GraitError('data_invalid', `${path}: not a .npy matrix of float32 or float16`, { hint: 'Delete its folder and run again.' })
  }
  return {
    handle,
    dtype: match[1] === '<f4' ? 'float32' : 'float16',
    rows: Number(match[2]),
    columns: Number(match[3]),
    offset: 10 + text.length,
  }
}

/** Bytes of one row. */
export function rowBytes(dtype: NpyDtype, columns: number): number {
  return ITEM_BYTES[dtype] * columns
}
