import { isAbsolute, join } from 'node:path'
import { expandHome } from '../home-path.js'

/** A key of the configuration that holds a path, and what stands before the path in its value. */
interface PathKey {
  path: readonly [section: string, key: string]
  prefix: RegExp
  /** Values that are no paths. */
  except?: RegExp
}

const PATH_KEYS: readonly PathKey[] = [
  { path: ['model', 'source'], prefix: /^(?:path|gguf):/ },
  { path: ['model', 'adapter'], prefix: /^path:/ },
  { path: ['data', 'train'], prefix: /^(?:jsonl|csv):/ },
  { path: ['data', 'tests'], prefix: /^(?:jsonl|csv):/ },
  { path: ['data', 'dir'], prefix: /^/, except: /^hub(?::|$)/ },
  { path: ['knowledge', 'answers'], prefix: /^/ },
  { path: ['runtime', 'python'], prefix: /^/, except: /^[^/\\~]+$/ },
  { path: ['cache', 'dir'], prefix: /^/ },
]

/**
 * A configuration, checked or not, in which every path is changed by `change`. Values that can't hold a path stay as they are.
 * @param change gets the path without what stands before it (`jsonl:`), and the key
 */
export function withPaths<T extends object>(config: T, change: (path: string, key: readonly PropertyKey[]) => string): T {
  const copy = structuredClone(config) as Record<string, unknown>
  for (const { path, prefix, except } of PATH_KEYS) {
    const [section, key] = [copy[path[0]] as Record<string, unknown> | null | undefined, path[1]]
    if (typeof section !== 'object' || section === null || !Object.hasOwn(section, key)) continue
    const changed = (value: unknown, at: readonly PropertyKey[]) => {
      const before = typeof value === 'string' && value !== '' && except?.test(value) !== true ? prefix.exec(value)?.[0] : undefined
      return before === undefined ? value : `${before}${change((value as string).slice(before.length), at)}`
    }
    const value = section[key]
    section[key] = Array.isArray(value) ? value.map((item, index) => changed(item, [...path, index])) : changed(value, path)
  }
  return copy as T
}

/** A path that a file in `folder` names: relative ones are taken from there. */
export function pathFrom(folder: string, path: string): string {
  return isAbsolute(path) || path.startsWith('~') ? path : join(folder, path)
}

/** A configuration in which ~ at the start of a path is the home folder. @throws GraitError usage for another user's */
export function withHome<T extends object>(config: T, where: (path: readonly PropertyKey[]) => string): T {
  return withPaths(config, (path, key) => expandHome(path, where(key)))
}
