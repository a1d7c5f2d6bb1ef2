import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import { damaged, readWhole } from '../cache/whole-file.js'
import { readStoredJson } from '../folder/stored-json.js'
import { npyHeader, openNpy } from './npy.js'

/** A row of features for each id: [ids, dim], row-major. */
export interface StoredMatrix {
  ids: string[]
  rows: Float32Array
  dim: number
}

/** Writes states.npy, and the id of each row to ids.json. */
export async function writeStates(dir: string, { ids, rows, dim }: StoredMatrix): Promise<void> {
  const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)
  await writeFileAtomically(join(dir, 'states.npy'), Buffer.concat([npyHeader('float32', ids.length, dim), bytes]))
  await writeFileAtomically(join(dir, 'ids.json'), `${JSON.stringify(ids)}\n`)
}

/** @throws GraitError data_invalid if the files don't fit each other */
export async function readStates(dir: string): Promise<StoredMatrix> {
  const path = join(dir, 'states.npy')
  const ids = await readStoredJson<string[]>(join(dir, 'ids.json'))
  const { handle, rows, columns, offset } = await openNpy(path)
  try {
    if (rows !== ids.length) throw damaged(path, `${rows} rows for ${ids.length} ids`)
    const bytes = await readWhole(handle, path, offset, rows * columns * 4)
    return { ids, rows: new Float32Array(Uint8Array.from(bytes).buffer), dim: columns }
  } finally {
    await handle.close()
  }
}
