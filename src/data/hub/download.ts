import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { ReadableStream } from 'node:stream/web'
import { downloadFile } from '@huggingface/hub'
import { type CancelOptions, throwIfCancelled } from '../../cancellation.js'
import { writeFault, writing } from '../../disk-fault.js'
import { GraitError } from '../../errors.js'
import { type HeldLock, withLock } from '../../locks/lock.js'
import { makeFolder } from '../../make-folder.js'
import type { HubEndpoint } from './endpoint.js'
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

/**
 * Downloads a file of a commit to the cache and returns its path. An interrupted transfer, from now or from an earlier run,
 * resumes where it stopped; length and hash are checked before the file gets its final name.
 * @throws GraitError data_not_found (retryable) if the download is incomplete, data_invalid if the hash does not match
 */
export async function downloadToCache(commit: HubCommit, file: HubFile, endpoint: HubEndpoint): Promise<string> {
  const path = cachedPath(commit, file, endpoint)
  if (await isCached(commit, file, endpoint)) return path
  const blob = join(cacheFolder(endpoint.cacheDir, commit.repository), 'blobs', file.hash.hex)
  const incomplete = `${blob}.incomplete`
  const fetchBlob = async (lock: HeldLock, signal: AbortSignal) => {
    if ((await bytesOf(blob)) === file.bytes) return
    const own = { ...endpoint, signal }
    await transfer(commit, file, own, incomplete)
    await checkHash(commit, file, own, incomplete)
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

async function transfer(commit: HubCommit, file: HubFile, { url, fetch, signal }: HubEndpoint, incomplete: string): Promise<void> {
  let cause: unknown
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const have = (await bytesOf(incomplete)) ?? 0
    if (have === file.bytes) return
    if (have > file.bytes) await rm(incomplete)
    const start = have > file.bytes ? 0 : have
    try {
      const repo = { type: 'dataset', name: commit.repository } as const
      const remote = await downloadFile({ repo, path: file.path, revision: commit.commit, hubUrl: url, fetch: rangesOnly(fetch) })
      if (remote === null) throw missing(commit, file)
      const body = (start === 0 ? remote : remote.slice(start)).stream() as ReadableStream<Uint8Array>
      await append(body, incomplete, start === 0 ? 'w' : 'a', { signal })
    } catch (error) {
      throwIfCancelled(signal)
      if (isAnswer(error)) throw error
      cause = error
    }
  }
  const have = (await bytesOf(incomplete)) ?? 0
  if (have === file.bytes) return
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
async function append(body: ReadableStream<Uint8Array>, path: string, flags: 'w' | 'a', { signal }: CancelOptions): Promise<void> {
  const refused = async (error: unknown): Promise<never> => {
    await rm(path, { force: true }).catch(() => undefined)
    throw writeFault(error, path)
  }
  const handle = await open(path, flags).catch(refused)
  try {
    for await (const chunk of body) {
      throwIfCancelled(signal)
      await handle.writeFile(chunk).catch(refused)
    }
  } finally {
    await handle.close().catch(refused)
  }
}

/** Guards against a server that sends the whole file when a part was requested: it would be appended to the existing part. */
function rangesOnly(fetchPart: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await fetchPart(input, init)
    const range = new Headers(init?.headers).get('range')
    const start = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0)
    if (start === 0 || response.status !== 200) return response
    const rest = response.body?.pipeThrough(withoutFirst(start)) ?? null
    return new Response(rest, { status: 206, headers: response.headers })
  }
}

function withoutFirst(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let left = bytes
  return new TransformStream({
    transform(chunk, controller) {
      const dropped = Math.min(left, chunk.length)
      left -= dropped
      if (dropped < chunk.length) controller.enqueue(chunk.subarray(dropped))
    },
  })
}

async function checkHash(commit: HubCommit, file: HubFile, { signal }: HubEndpoint, path: string): Promise<void> {
  const { kind, hex } = file.hash
  const hash: Hash = createHash(kind === 'sha256' ? 'sha256' : 'sha1')
  if (kind === 'git') hash.update(`blob ${file.bytes}\0`)
  for await (const chunk of createReadStream(path)) {
    throwIfCancelled(signal)
    hash.update(chunk as Uint8Array)
  }
  const found = hash.digest('hex')
  if (found === hex) return
  await rm(path)
  throw new GraitError('data_invalid', `hub:${commit.repository}: ${file.path} came damaged: its hash is ${found}, not ${hex}`, {
    hint: 'Try again; a proxy between here and the hub may change what passes through it.',
    retryable: true,
  })
}

function missing(commit: HubCommit, file: HubFile): GraitError {
  return new GraitError('data_not_found', `hub:${commit.repository}: no file ${file.path} at ${commit.commit}`)
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
