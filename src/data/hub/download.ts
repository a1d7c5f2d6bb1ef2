import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { ReadableStream } from 'node:stream/web'
import { type CancelOptions, throwIfCancelled } from '../../cancellation.js'
import { writeFault, writing } from '../../disk-fault.js'
import { GraitError } from '../../errors.js'
import { type HeldLock, withLock } from '../../locks/lock.js'
import { makeFolder } from '../../make-folder.js'
import type { HubEndpoint } from './endpoint.js'
import { askFor } from './part-request.js'
import { cacheFolder, type HubCommit, type HubFile } from './repository-files.js'

/** How many times an interrupted transfer is resumed. */
const ATTEMPTS = 4

/** Path of a commit's file in the cache, whether or not it exists. */
export function cachedPath({ repository, commit }: HubCommit, file: HubFile, { cacheDir }: HubEndpoint): string {
  const snapshot = join(cacheFolder(cacheDir, repository), 'snapshots', commit)
  const path = join(snapshot, file.path)
  if (relative(snapshot, path).startsWith('..')) {
    throw new GraitError('data_invalid', `hub:${repository}: the file name ${JSON.stringify(file.path)} leads out of its folder`)
  }
  return path
}

/** Whether the complete file is in the cache. */
export async function isCached(commit: HubCommit, file: HubFile, endpoint: HubEndpoint): Promise<boolean> {
  const found = await stat(cachedPath(commit, file, endpoint)).catch(() => undefined)
  return found?.isFile() === true && found.size === file.bytes
}

/** How many bytes of the file are on this machine already. */
export async function bytesHere(commit: HubCommit, file: HubFile, endpoint: HubEndpoint): Promise<number> {
  if (await isCached(commit, file, endpoint)) return file.bytes
  const blob = blobPath(commit, file, endpoint)
  const [whole, part] = [await bytesOf(blob), await bytesOf(`${blob}.incomplete`)]
  return whole === file.bytes ? whole : Math.min(part ?? 0, file.bytes)
}

/**
 * Downloads a file of a commit to the cache and returns its path. An interrupted transfer, from now or from an earlier run,
 * resumes where it stopped; length and hash are checked before the file gets its final name. Where a resumed file has another
 * hash, its parts are of two files, and it is fetched once more from the beginning. `onBytes` is told how many bytes are there.
 * @throws GraitError data_not_found (retryable) if the download is incomplete, data_invalid if the hash does not match
 */
export async function downloadToCache(
  commit: HubCommit,
  file: HubFile,
  endpoint: HubEndpoint,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<string> {
  const path = cachedPath(commit, file, endpoint)
  if (await isCached(commit, file, endpoint)) return path
  const blob = blobPath(commit, file, endpoint)
  const incomplete = `${blob}.incomplete`
  const fetchBlob = async (lock: HeldLock, signal: AbortSignal) => {
    if ((await bytesOf(blob)) === file.bytes) return
    const own = { ...endpoint, signal }
    const pieces = await transfer(commit, file, own, incomplete, onBytes)
    if (!(await hasItsHash(file, own, incomplete))) {
      await rm(incomplete)
      if (pieces === 1) throw damaged(commit, file)
      await transfer(commit, file, own, incomplete, onBytes)
      if (!(await hasItsHash(file, own, incomplete))) {
        await rm(incomplete)
        throw damaged(commit, file)
      }
    }
    lock.check()
    await writing(blob, () => rename(incomplete, blob))
  }
  await withLock(`${blob}.lock`, fetchBlob, { signal: endpoint.signal })
  await writing(path, async () => {
    await makeFolder(dirname(path))
    await rm(path, { force: true })
    await symlink(relative(dirname(path), blob), path)
  })
  return path
}

function blobPath({ repository }: HubCommit, file: HubFile, { cacheDir }: HubEndpoint): string {
  return join(cacheFolder(cacheDir, repository), 'blobs', file.hash.hex)
}

/** Receives what is missing; returns in how many pieces the file came. */
async function transfer(
  commit: HubCommit,
  file: HubFile,
  endpoint: HubEndpoint,
  incomplete: string,
  onBytes: (bytes: number) => void,
): Promise<number> {
  let cause: unknown
  let tag: string | undefined
  let pieces = 0
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const have = (await bytesOf(incomplete)) ?? 0
    if (have === file.bytes) return pieces + Number(attempt === 0)
    if (attempt === 0 && have > 0) pieces++
    pieces++
    try {
      const rest = await askFor(commit, file, have < file.bytes ? have : 0, tag, endpoint)
      tag = rest.tag
      await append(rest.body, incomplete, rest.start, { signal: endpoint.signal, onBytes })
    } catch (error) {
      throwIfCancelled(endpoint.signal)
      if (isAnswer(error)) throw error
      cause = error
    }
  }
  const have = (await bytesOf(incomplete)) ?? 0
  if (have === file.bytes) return pieces
  throw new GraitError('data_not_found', `hub:${commit.repository}: ${file.path}: ${have} of ${file.bytes} bytes came`, {
    hint: 'Try again: what came is kept, and the rest is asked for.',
    retryable: true,
    cause,
  })
}

/**
 * Writes what arrives to a file. The connection's failures are thrown as they are.
 * @throws GraitError disk_full, disk_failed if this machine can't write it; what would only fill the disk is then removed
 */
async function append(
  body: ReadableStream<Uint8Array>,
  path: string,
  start: number,
  { signal, onBytes }: CancelOptions & { onBytes: (bytes: number) => void },
): Promise<void> {
  const refused = async (error: unknown): Promise<never> => {
    await rm(path, { force: true }).catch(() => undefined)
    throw writeFault(error, path)
  }
  const handle = await open(path, start === 0 ? 'w' : 'a').catch(refused)
  let bytes = start
  try {
    for await (const chunk of body) {
      throwIfCancelled(signal)
      await handle.writeFile(chunk).catch(refused)
      bytes += chunk.length
      onBytes(bytes)
    }
  } finally {
    await handle.close().catch(refused)
  }
}

async function hasItsHash(file: HubFile, { signal }: HubEndpoint, path: string): Promise<boolean> {
  const { kind, hex } = file.hash
  const hash: Hash = createHash(kind === 'sha256' ? 'sha256' : 'sha1')
  if (kind === 'git') hash.update(`blob ${file.bytes}\0`)
  for await (const chunk of createReadStream(path)) {
    throwIfCancelled(signal)
    hash.update(chunk as Uint8Array)
  }
  return hash.digest('hex') === hex
}

function damaged(commit: HubCommit, file: HubFile): GraitError {
  return new GraitError('data_invalid', `hub:${commit.repository}: ${file.path} came damaged: its hash is not ${file.hash.hex}`, {
    hint: 'Try again; a proxy between here and the hub may change what passes through it.',
    retryable: true,
  })
}

/** The hub answered, and asking again would give the same answer. */
function isAnswer(error: unknown): boolean {
  if (error instanceof GraitError) return true
  const status = (error as { statusCode?: number | undefined }).statusCode
  return status !== undefined && status >= 400 && status < 500
}

async function bytesOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size
}
