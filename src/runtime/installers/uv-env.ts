import { cleanPythonEnv } from '../python/python-env.js'

/** Variables of uv that say where packages come from and how they are fetched. Any other could lead an installation elsewhere. */
const KEPT =
  /^UV_(DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|INDEX_\w+_(USERNAME|PASSWORD)|FIND_LINKS|NO_INDEX|INSECURE_HOST|CACHE_DIR|NO_CACHE|OFFLINE|HTTP_\w+|NATIVE_TLS|SYSTEM_CERTS|KEYRING_PROVIDER|CONCURRENT_\w+|LINK_MODE)$/

/** The environment and the arguments that make uv fetch from where pip is configured to, and from where uv's own variables say. */
export interface UvSources {
  env: Record<string, string>
  args: string[]
}

/** `pip`: the sources that pip is configured with, as variables of pip (`sourceSettings`). */
export function uvSources(pip: Record<string, string>, env: NodeJS.ProcessEnv = process.env): UvSources {
  const kept = Object.entries(cleanPythonEnv(env)).filter(
    ([name]) => !name.startsWith('PIP_') && (!name.startsWith('UV_') || KEPT.test(name)),
  )
  const own = Object.fromEntries(kept)
  const words = (name: string) => (pip[name] ?? '').split(/\s+/).filter(Boolean)
  const each = (flag: string, values: string[]) => values.flatMap((value) => [flag, value])
  const hasIndex = 'UV_DEFAULT_INDEX' in own || 'UV_INDEX_URL' in own
  return {
    env: { ...variablesOf(pip), ...own },
    args: [
      ...(hasIndex ? [] : each('--default-index', words('PIP_INDEX_URL').slice(0, 1))),
      ...each('--index', words('PIP_EXTRA_INDEX_URL')),
      ...each('--find-links', words('PIP_FIND_LINKS')),
      ...each('--allow-insecure-host', words('PIP_TRUSTED_HOST')),
      ...(isTrue(pip['PIP_NO_INDEX']) ? ['--no-index'] : []),
      ...(isTrue(pip['PIP_NO_CACHE_DIR']) ? ['--no-cache'] : []),
    ],
  }
}

function variablesOf(pip: Record<string, string>): Record<string, string> {
  const { PIP_CERT: cert, PIP_CLIENT_CERT: clientCert, PIP_PROXY: proxy, PIP_TIMEOUT, PIP_DEFAULT_TIMEOUT } = pip
  const timeout = PIP_TIMEOUT ?? PIP_DEFAULT_TIMEOUT
  return {
    ...(cert !== undefined && { SSL_CERT_FILE: cert }),
    ...(clientCert !== undefined && { SSL_CLIENT_CERT: clientCert }),
    ...(proxy !== undefined && { HTTPS_PROXY: proxy, HTTP_PROXY: proxy }),
    ...(timeout !== undefined && /^\d+$/.test(timeout) && { UV_HTTP_TIMEOUT: timeout }),
  }
}

function isTrue(value: string | undefined): boolean {
  return /^(1|true|yes|on)$/i.test(value ?? '')
}
