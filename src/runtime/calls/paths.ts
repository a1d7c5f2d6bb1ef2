import { resolve as resolvePath } from 'node:path'
import { GraitError } from '../../errors.js'
import { expandHome } from '../../home-path.js'

/** A LoRA adapter, or the path of its PEFT folder. */
export type AdapterSource = string | { readonly path: string }

// The runtime has its own working folder, so every path sent to it is absolute.

export function absoluteFolder(path: string): string {
  return resolve(path)
}

/** @throws GraitError invalid_request if the adapter is missing */
export function adapterPath(source: AdapterSource): string {
  if (source == null)
    throw new GraitError('invalid_request', 'adapter is missing', { hint: 'Give what trainLora returned, or the path of a PEFT folder.' })
  return resolve(typeof source === 'string' ? source : source.path)
}

/** `path:DIR` and `gguf:FILE` with the path made absolute; any other model source as it is. */
export function absoluteSource(source: string): string {
  const [, scheme, path] = /^(path|gguf):(.+)$/s.exec(source) ?? []
  return scheme === undefined || path === undefined ? source : `${scheme}:${resolve(path)}`
}

/** The whole path; ~ at its start is the home folder. */
function resolve(path: string): string {
  return resolvePath(expandHome(path, path))
}
