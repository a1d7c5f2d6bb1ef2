import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

interface Repository {
  /** Branch or tag -> commit. */
  revisions: Record<string, string>
  /** Commit -> path -> content. */
  commits: Record<string, Record<string, Uint8Array>>
  /** Asked for without this token, it is refused. */
  token?: string
}

interface HubServer {
  url: string
  /** Requests as they came: method, path and the range asked for. */
  requests: { path: string; range: string | undefined; authorization: string | undefined }[]
  /** Sends only so many bytes of the next file bodies, then cuts the connection. */
  cutNext(bytes: number, times?: number): void
  /** How ranges are answered from now on: "other" sends a part that was not asked for. */
  ranges: 'right' | 'ignored' | 'other'
  /** Bytes that are sent instead of every file's, so many times. */
  instead: { bytes: Uint8Array; times: number }
  close(): Promise<void>
}

/** Files above this are "large": listed with a SHA-256, as those that the hub stores apart. */
const LARGE = 200

/** A server on this machine that speaks the routes of the hub that data sets are read by. */
export async function hubServer(repositories: Record<string, Repository>): Promise<HubServer> {
  const requests: HubServer['requests'] = []
  const faults: Pick<HubServer, 'ranges' | 'instead'> = { ranges: 'right', instead: { bytes: new Uint8Array(), times: 0 } }
  let cut: { bytes: number; times: number } = { bytes: 0, times: 0 }

  const answer = (request: IncomingMessage, response: ServerResponse): unknown => {
    const url = new URL(request.url ?? '/', 'http://hub')
    const { range, authorization } = request.headers
    requests.push({ path: url.pathname, range, authorization })
    const info = /^\/api\/datasets\/([^/]+\/[^/]+)\/revision\/([^/]+)$/.exec(url.pathname)
    const tree = /^\/api\/datasets\/([^/]+\/[^/]+)\/tree\/([^/]+)$/.exec(url.pathname)
    const resolve = /^\/datasets\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname)
    const [, name = '', revision = '', path = ''] = info ?? tree ?? resolve ?? []
    const repository = repositories[name]
    const fail = (status: number, code: string) =>
      response.writeHead(status, { 'content-type': 'application/json', 'x-error-code': code }).end(JSON.stringify({ error: code }))
    // As the hub does: what may not be seen is not told from what is not there.
    if (repository === undefined) return fail(name === '' ? 404 : 401, 'RepoNotFound')
    if (repository.token !== undefined && authorization !== `Bearer ${repository.token}`) return fail(401, 'GatedRepo')
    const commit = repository.revisions[decodeURIComponent(revision)] ?? decodeURIComponent(revision)
    const files = repository.commits[commit]
    if (files === undefined) return fail(404, 'RevisionNotFound')
    if (info !== null) return response.end(JSON.stringify({ _id: '1', id: name, sha: commit, lastModified: '2024-01-01T00:00:00Z' }))
    if (tree !== null) return response.end(JSON.stringify(Object.entries(files).map(([file, bytes]) => entry(file, bytes))))
    const body = files[path]
    if (body === undefined) return fail(404, 'EntryNotFound')
    const { bytes, times } = faults.instead
    if (times > 0) faults.instead = { bytes, times: times - 1 }
    return sendFile(response, times > 0 ? bytes : body, range)
  }

  const sendFile = (response: ServerResponse, body: Uint8Array, range: string | undefined): unknown => {
    const match = faults.ranges === 'ignored' ? null : /^bytes=(\d+)-(\d*)$/.exec(range ?? '')
    const start = Math.max(0, Number(match?.[1] ?? 0) - (faults.ranges === 'other' ? 1 : 0))
    const end = match?.[2] ? Number(match[2]) + 1 : body.length
    const part = body.subarray(start, end)
    const headers = { etag: `"${createHash('sha1').update(body).digest('hex')}"`, 'content-length': part.length }
    response.writeHead(match === null ? 200 : 206, {
      ...headers,
      ...(match === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${body.length}` }),
    })
    if (cut.times === 0) return response.end(part)
    cut.times -= 1
    return response.write(part.subarray(0, cut.bytes), () => setTimeout(() => response.destroy(), 150))
  }

  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  onTestFinished(close)
  return Object.assign(faults, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    cutNext: (bytes: number, times = 1) => {
      cut = { bytes, times }
    },
    close,
  })
}

function entry(path: string, bytes: Uint8Array): Record<string, unknown> {
  const git = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
  const file = { type: 'file', path, size: bytes.length, oid: git }
  if (bytes.length <= LARGE) return file
  return { ...file, oid: 'pointer', lfs: { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 130 } }
}
