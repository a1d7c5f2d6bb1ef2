import { resolve } from 'node:path'

/** An adapter, or the path of its PEFT folder. */
export type AdapterSource = string | { readonly path: string }

// The runtime has a working folder of its own, so every path that goes to it is absolute.

export function absoluteFolder(path: string): string {
  return resolve(path)
}

export function adapterPath(source: AdapterSource): string {
  return resolve(typeof source === 'string' ? source : source.path)
}

/** `path:DIR` and `gguf:FILE` with the path made absolute; any other model source as it is. */
export function absoluteSource(source: string): string {
  const [, scheme, path] = /^(path|gguf):(.+)$/s.exec(source) ?? []
  return scheme === undefined || path === undefined ? source : `${scheme}:${resolve(path)}`
}
