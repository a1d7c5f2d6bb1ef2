import type { ReadableStream } from 'node:stream/web'
import { GraitError } from '../../errors.js'
import type { HubEndpoint } from './endpoint.js'
import type { HubCommit, HubFile } from './repository-files.js'

/** What a server sends of a file. */
interface Rest {
  /** The byte of the file that `body` begins at. */
  start: number
  body: ReadableStream<Uint8Array>
  /** Its strong ETag, if it has one. */
  tag: string | undefined
}

/** The hub's refusal, as its own client throws it. */
class HubRefusal extends Error {
  constructor(
    message: string,
    readonly statusCode: number,
  ) {
    super(message)
  }
}

/**
 * Asks for a file from byte `start` on. A server that has no ranges, or another file by now (`tag`), sends it from the beginning;
 * one that sends another part than was asked for is asked for the whole.
 * @throws GraitError data_not_found: no such file; HubRefusal; what fetch throws
 */
export async function askFor(
  commit: HubCommit,
  file: HubFile,
  start: number,
  tag: string | undefined,
  endpoint: HubEndpoint,
): Promise<Rest> {
  const response = await endpoint.fetch(address(commit, file, endpoint), {
    headers: {
      'accept-encoding': 'identity',
      ...(start > 0 && { range: `bytes=${start}-${file.bytes - 1}` }),
      ...(start > 0 && tag !== undefined && { 'if-range': tag }),
    },
  })
  if (start > 0 && (response.status === 416 || (response.status === 206 && !isAskedFor(response, start, file)))) {
    await response.body?.cancel()
    return askFor(commit, file, 0, undefined, endpoint)
  }
  if (response.status === 404) throw new GraitError('data_not_found', `hub:${commit.repository}: no file ${file.path} at ${commit.commit}`)
  if (!response.ok || response.body === null) throw new HubRefusal(`${file.path}: status ${response.status}`, response.status)
  const found = response.headers.get('etag')
  return {
    start: response.status === 206 ? start : 0,
    body: response.body as ReadableStream<Uint8Array>,
    tag: found === null || found.startsWith('W/') ? undefined : found,
  }
}

function isAskedFor(response: Response, start: number, { bytes }: HubFile): boolean {
  const [, from, all] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? []
  return Number(from) === start && (all === '*' || Number(all) === bytes)
}

function address({ repository, commit }: HubCommit, { path }: HubFile, { url }: HubEndpoint): string {
  return `${url}/datasets/${repository}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`
}
