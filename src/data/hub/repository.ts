import { throwIfCancelled } from '../../cancellation.js'
import { requireFreeBytes } from '../../disk/free-space.js'
import { writing } from '../../disk-fault.js'
import { GraitError } from '../../errors.js'
import type { HubAddress } from './address.js'
import { bytesHere, cachedPath, downloadToCache, isCached } from './download.js'
import { type HubEndpoint, hubEndpoint } from './endpoint.js'
import { askCommit, type HubCommit, type HubFile, rememberedCommit } from './repository-files.js'

/** A repository at the commit of its revision: the current one, or the last known one if the hub cannot be reached. */
export interface OpenedRepository {
  commit: HubCommit
  notes: string[]
  /** Downloads files to the cache and returns their paths. @throws GraitError data_not_found, data_invalid */
  fetchFiles(files: readonly HubFile[]): Promise<string[]>
}

/**
 * Opens a data set's repository on the hub. HF_ENDPOINT, HF_TOKEN, HF_HOME, HF_HUB_CACHE and HF_HUB_OFFLINE are honoured.
 * @throws GraitError data_not_found: no such repository or revision, no access, or no answer and nothing in the cache
 */
export async function openRepository(address: HubAddress, endpoint: HubEndpoint = hubEndpoint()): Promise<OpenedRepository> {
  const { repository, revision } = address
  if (endpoint.offline) {
    const commit = await rememberedCommit(repository, revision, endpoint)
    if (commit === undefined) throw notRemembered(address, 'HF_HUB_OFFLINE is set')
    return { commit, notes: [], fetchFiles: (files) => cachedFiles(address, commit, files, endpoint) }
  }
  try {
    const commit = await askCommit(repository, revision, endpoint)
    return {
      commit,
      notes: [],
      fetchFiles: (files) => downloadAll(commit, files, endpoint).catch((error) => refused(address, endpoint, error)),
    }
  } catch (error) {
    throwIfCancelled(endpoint.signal)
    if ((error as { statusCode?: number | undefined }).statusCode !== undefined || error instanceof GraitError)
      return refused(address, endpoint, error)
    const commit = await rememberedCommit(repository, revision, endpoint)
    if (commit === undefined) throw notRemembered(address, `${endpoint.url} does not answer (${reason(error)})`, error)
    const notes = [`${endpoint.url} does not answer; hub:${repository} is read as it was when it did (${commit.commit})`]
    return { commit, notes, fetchFiles: (files) => cachedFiles(address, commit, files, endpoint) }
  }
}

async function cachedFiles(
  { repository }: HubAddress,
  commit: HubCommit,
  files: readonly HubFile[],
  endpoint: HubEndpoint,
): Promise<string[]> {
  for (const file of files) {
    if (await isCached(commit, file, endpoint)) continue
    throw new GraitError('data_not_found', `hub:${repository}: ${file.path} was not downloaded while the hub could be asked`, {
      hint: 'Unset HF_HUB_OFFLINE, check the connection, or name a folder with --data DIR.',
    })
  }
  return files.map((file) => cachedPath(commit, file, endpoint))
}

/** Downloads files one after the other, tells how far they are together, and asks the disk for room before the first byte. */
async function downloadAll(commit: HubCommit, files: readonly HubFile[], endpoint: HubEndpoint): Promise<string[]> {
  const here = await Promise.all(files.map((file) => bytesHere(commit, file, endpoint)))
  const total = sum(files.map(({ bytes }) => bytes))
  const name = `hub:${commit.repository}`
  if (sum(here) < total) {
    const hint = 'Free some space, set HF_HOME to a folder on a disk that has it, or name a folder of the files with --data DIR.'
    await requireFreeBytes(endpoint.cacheDir, total - sum(here), `${name} needs`, hint)
  }
  const paths: string[] = []
  for (const [index, file] of files.entries()) {
    const onBytes = (bytes: number) => {
      here[index] = bytes
      endpoint.onDownload?.({ done: sum(here), total, unit: 'bytes', note: `downloading ${name}` })
    }
    paths.push(await writing(cachedPath(commit, file, endpoint), () => downloadToCache(commit, file, endpoint, onBytes)))
  }
  return paths
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** Converts the hub's answer to a GraitError. */
function refused({ repository, revision }: HubAddress, { url, signal }: HubEndpoint, error: unknown): never {
  throwIfCancelled(signal)
  if (error instanceof GraitError) throw error
  const status = (error as { statusCode?: number | undefined }).statusCode
  const name = `hub:${repository}${revision === 'main' ? '' : `@${revision}`}`
  const said = reason(error)
  const [message, hint] =
    status === 401 || status === 403
      ? [
          `${name}: ${url} gives no access (${status})`,
          `Check the name; a private or gated data set needs HF_TOKEN, and its licence accepted on ${url}.`,
        ]
      : status === 404
        ? [
            `${name}: ${url} has no such data set or revision (404)`,
            'Check the name and the revision after the @; or name a folder with --data DIR.',
          ]
        : [`${name}: ${url}: ${said}`, 'Try again later, or name a folder with --data DIR.']
  throw new GraitError('data_not_found', message, {
    hint,
    retryable: status === undefined || status >= 500 || status === 429,
    cause: error,
  })
}

function notRemembered({ repository, revision }: HubAddress, why: string, cause?: unknown): GraitError {
  return new GraitError('data_not_found', `hub:${repository}@${revision}: ${why}, and it was not downloaded before`, {
    hint: 'Name the folder of its files: --data DIR on the command line, data.dir in a configuration. (The data set "atlas" needs no files.)',
    retryable: cause !== undefined,
    cause,
  })
}

function reason(error: unknown): string {
  const { message, cause } = error as {
    message?: string | undefined
    cause?: { code?: string | undefined; message?: string | undefined } | undefined
  }
  return cause?.code ?? cause?.message ?? message?.split('\n')[0] ?? String(error)
}
