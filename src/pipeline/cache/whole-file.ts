import type { FileHandle } from 'node:fs/promises'
import { GraitError } from '../../errors.js'

/** Reads exactly `bytes` bytes. @throws GraitError data_invalid if the file ends before */
export async function readWhole(handle: FileHandle, path: string, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes)
  for (let done = 0; done < bytes; ) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, position + done)
    if (bytesRead === 0) throw damaged(path, `it ends after ${position + done} bytes`)
    done += bytesRead
  }
  return buffer
}

export function damaged(path: string, what: string): GraitError {
  return new GraitError('data_invalid', `${path} is damaged: ${what}`, {
    hint: 'Run again: a damaged stage is set aside and computed anew. `grait doctor` names others.',
  })
}
