import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { CancelOptions } from '../../cancellation.js'
import { expandHome } from '../../home-path.js'

const TRUE = new Set(['1', 'true', 'yes', 'on'])
const SILENT_MS = 30_000

/** How far the download of a data set's files is. */
export interface DownloadProgress {
  /** Bytes that are there, of all files together; what came in earlier runs counts. */
  done: number
  total: number
  unit: 'bytes'
  /** Where it comes from. */
  note: string
}

/** How to reach the hub, from the environment variables that Hugging Face's own tools read. */
export interface HubEndpoint {
  /** HF_ENDPOINT, without a slash at the end. */
  url: string
  /** HF_HUB_OFFLINE: make no requests; read only what was downloaded before. */
  offline: boolean
  /** HF_HUB_CACHE, HF_HOME/hub or ~/.cache/huggingface/hub: shared with Hugging Face's own tools. */
  cacheDir: string
  /** `fetch` that sends the token (HF_TOKEN, or the token file) and times out if there is no answer for 30 s. */
  fetch: typeof fetch
  /** Aborting ends requests and downloads, which then fail with `cancelled`. */
  signal?: AbortSignal | undefined
  /** Called as bytes arrive. */
  onDownload?: ((progress: DownloadProgress) => void) | undefined
}

/** Options of reading from the hub: how to cancel it and how to follow it. */
export interface HubOptions extends CancelOptions {
  onDownload?: ((progress: DownloadProgress) => void) | undefined
}

export function hubEndpoint(env: NodeJS.ProcessEnv = process.env, { signal, onDownload }: HubOptions = {}): HubEndpoint {
  const path = (name: string) => env[name] && expandHome(env[name], name)
  const url = (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, '')
  const home = path('HF_HOME') || join(path('XDG_CACHE_HOME') || join(homedir(), '.cache'), 'huggingface')
  const token = env['HF_TOKEN'] || env['HUGGING_FACE_HUB_TOKEN'] || tokenFile(path('HF_TOKEN_PATH') || join(home, 'token'))
  return {
    url,
    offline: TRUE.has((env['HF_HUB_OFFLINE'] ?? '').toLowerCase()),
    cacheDir: path('HF_HUB_CACHE') || path('HUGGINGFACE_HUB_CACHE') || join(home, 'hub'),
    fetch: (input, init) => patientFetch(input, { ...init, headers: withToken(input, init?.headers, url, token) }, signal),
    signal,
    onDownload,
  }
}

/** The token is sent only to the hub, not to the servers that it redirects to. */
function withToken(input: string | URL | Request, given: RequestInit['headers'], url: string, token: string | undefined): Headers {
  const headers = new Headers(given)
  const address = input instanceof Request ? input.url : String(input)
  if (token !== undefined && new URL(address).origin === new URL(url).origin) headers.set('authorization', `Bearer ${token}`)
  return headers
}

/** The time limit applies to the start of the answer; a large file may take longer. */
async function patientFetch(input: string | URL | Request, init: RequestInit, cancel: AbortSignal | undefined): Promise<Response> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error(`no answer for ${SILENT_MS / 1000} s`)), SILENT_MS)
  try {
    return await fetch(input, { ...init, signal: AbortSignal.any([controller.signal, ...(cancel === undefined ? [] : [cancel])]) })
  } finally {
    clearTimeout(timer)
  }
}

function tokenFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
