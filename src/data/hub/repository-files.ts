import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { datasetInfo, listFiles } from '@huggingface/hub'
import { writeFileAtomically } from '../../atomic-file.js'
import { readFault } from '../../disk-fault.js'
import type { HubEndpoint } from './endpoint.js'

/** A file of a hub repository at one commit. */
export interface HubFile {
  path: string
  bytes: number
  /** Hash of the content: SHA-256 for large files, which are stored separately, otherwise git's SHA-1. */
  hash: { kind: 'sha256' | 'git'; hex: string }
}

/** A repository at one commit; everything is read from it, even if the branch changes meanwhile. */
export interface HubCommit {
  repository: string
  /** Git commit, 40 hexadecimal digits. */
  commit: string
  files: HubFile[]
}

const COMMIT = /^[0-9a-f]{40}$/

/** Asks the hub for the commit of a revision and its files, and stores both in the cache. */
export async function askCommit(repository: string, revision: string, { url, fetch, cacheDir }: HubEndpoint): Promise<HubCommit> {
  const asked = { hubUrl: url, fetch }
  const commit = COMMIT.test(revision)
    ? revision
    : (await datasetInfo({ ...asked, name: repository, revision, additionalFields: ['sha'] })).sha
  const files: HubFile[] = []
  for await (const entry of listFiles({ ...asked, repo: { type: 'dataset', name: repository }, revision: commit, recursive: true })) {
    if (entry.type !== 'file') continue
    const hash: HubFile['hash'] =
      entry.lfs === undefined ? { kind: 'git', hex: entry.oid ?? '' } : { kind: 'sha256', hex: entry.lfs.oid.replace(/^sha256:/, '') }
    files.push({ path: entry.path, bytes: entry.lfs?.size ?? entry.size, hash })
  }
  const found: HubCommit = { repository, commit, files }
  await writeFileAtomically(listPath(cacheDir, repository, commit), JSON.stringify(found))
  if (revision !== commit) await writeFileAtomically(refPath(cacheDir, repository, revision), commit)
  return found
}

/** The cached answer; undefined if there is none. */
export async function rememberedCommit(repository: string, revision: string, { cacheDir }: HubEndpoint): Promise<HubCommit | undefined> {
  const read = (path: string) => readFile(path, 'utf8').catch((error: unknown) => absent(error, path))
  const commit = COMMIT.test(revision) ? revision : (await read(refPath(cacheDir, repository, revision)))?.trim()
  const list = commit === undefined ? undefined : await read(listPath(cacheDir, repository, commit))
  return list === undefined ? undefined : (JSON.parse(list) as HubCommit)
}

/** Nothing was kept there; a cache that can't be read is another matter. */
function absent(error: unknown, path: string): undefined {
  if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
  throw readFault(error, path)
}

/** The repository's folder in the cache, in the layout of Hugging Face's tools. */
export function cacheFolder(cacheDir: string, repository: string): string {
  return join(cacheDir, `datasets--${repository.replaceAll('/', '--')}`)
}

function refPath(cacheDir: string, repository: string, revision: string): string {
  return join(cacheFolder(cacheDir, repository), 'refs', revision)
}

function listPath(cacheDir: string, repository: string, commit: string): string {
  return join(cacheFolder(cacheDir, repository), 'grait', `${commit}.json`)
}
