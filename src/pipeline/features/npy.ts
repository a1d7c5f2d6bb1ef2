import { type FileHandle, open } from 'node:fs/promises'
import { readFault } from '../../disk-fault.js'
import { damaged, readWhole } from '../cache/whole-file.js'

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

/**
 * Opens a .npy file that `npyHeader` began and its rows completed.
 * @throws GraitError data_invalid if the header is another's, or if a row is missing or cut
 */
export async function openNpy(path: string): Promise<NpyMatrix & { handle: FileHandle }> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw readFault(error, path)
  })
  try {
    const matrix = await readHeader(handle, path)
    const expected = matrix.offset + matrix.rows * rowBytes(matrix.dtype, matrix.columns)
    const { size } = await handle.stat()
    if (size !== expected) throw damaged(path, `${size} bytes, not ${expected}`)
    return { handle, ...matrix }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function readHeader(handle: FileHandle, path: string): Promise<NpyMatrix> {
  const start = await readWhole(handle, path, 0, 10)
  const text = await readWhole(handle, path, 10, start.readUInt16LE(8))
  const match = /'descr': '(<f4|<f2)', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(text.toString('latin1'))
  if (!start.subarray(0, 8).equals(MAGIC) || match === null) throw damaged(path, 'not a .npy matrix of float32 or float16')
  return {
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
