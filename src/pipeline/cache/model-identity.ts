import { existsSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../../atomic-file.js'
import { canonicalJson } from '../../canonical-json.js'
import type { Config } from '../../config/schema.js'
import { GraitError } from '../../errors.js'
import type { ComputeFacts } from '../../runtime/process/probe.js'
import { digestOf } from './digest.js'
import { parsedJson } from './parsed-json.js'

/** What the files of every stage depend on, in addition to its inputs: the model and the machine. */
export const modelIdentitySchema = z.strictObject({
  revision: z.string(),
  dtype: z.string(),
  device: z.string(),
  deviceName: z.string(),
  threads: z.int(),
  architecture: z.string(),
  contextLength: z.int(),
  hasChatTemplate: z.boolean(),
  templateDigest: z.string().nullable(),
  templateDate: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
})
export type ModelIdentity = z.infer<typeof modelIdentitySchema>

/** The names of what differs between two identities. */
export function changedFacts(found: ModelIdentity, before: ModelIdentity): (keyof ModelIdentity)[] {
  const names = Object.keys(found) as (keyof ModelIdentity)[]
  return names.filter((name) => canonicalJson(found[name]) !== canonicalJson(before[name]))
}

/**
 * Identities of models seen before, so that an unchanged run need not load the model. Keyed by everything that could change an
 * identity: the request, the files' sizes and times, and what a runtime would compute with.
 */
export class IdentityCache {
  constructor(readonly dir: string) {}

  /** Undefined if only a request (to a hub) could tell whether the source has changed. */
  async keyOf(config: Config, { versions, device: { kind, name, threads } }: ComputeFacts): Promise<string | undefined> {
    const files = await sourceFiles(config.model.source)
    const ofAdapter = config.model.adapter === null ? null : await adapterFiles(config.model.adapter)
    if (files === undefined || ofAdapter === undefined) return undefined
    return digestOf({ version: 5, model: config.model, ofAdapter, device: { kind, name, threads }, versions, files })
  }

  async find(key: string): Promise<ModelIdentity | undefined> {
    const text = await readFile(join(this.dir, `${key}.json`), 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    // Undefined also if the file is damaged, or of an earlier version.
    return parsedJson(text, modelIdentitySchema)
  }

  async keep(key: string, identity: ModelIdentity): Promise<void> {
    await writeFileAtomically(join(this.dir, `${key}.json`), `${JSON.stringify(identity)}\n`)
  }

  async forget(key: string): Promise<void> {
    await rm(join(this.dir, `${key}.json`), { force: true })
  }
}

async function sourceFiles(source: string): Promise<unknown | undefined> {
  const [kind, rest] = [source.slice(0, source.indexOf(':')), source.slice(source.indexOf(':') + 1)]
  switch (kind) {
    case 'embedded':
      return rest
    case 'gguf':
      return [await fingerprint(rest)]
    case 'path':
      return directoryFingerprint(rest)
    default:
      return undefined
  }
}

async function adapterFiles(source: string): Promise<unknown | undefined> {
  const dir = /^path:(.+)$/s.exec(source)?.[1]
  if (dir === undefined) return undefined
  if (existsSync(join(dir, 'adapter_config.json'))) return directoryFingerprint(dir)
  throw new GraitError('adapter_not_found', `${source}: there is no adapter_config.json`, {
    hint: 'model.adapter takes a PEFT folder: adapter_config.json and adapter_model.safetensors.',
  })
}

async function directoryFingerprint(dir: string): Promise<unknown> {
  const names = await readdir(dir).catch((cause: unknown) => {
    throw new GraitError('model_not_found', `path:${dir}: there is no such folder`, {
      hint: 'Give the folder that holds config.json and the weights.',
      cause,
    })
  })
  return Promise.all(names.sort().map((name) => fingerprint(join(dir, name))))
}

async function fingerprint(path: string): Promise<unknown> {
  const found = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw new GraitError('model_not_found', `${path}: there is no such file`, { hint: 'Check model.source.', cause })
  })
  // The change time can't be set back, as copies and archives do with the time of modification.
  return { path, size: `${found.size}`, modified: `${found.mtimeNs}`, changed: `${found.ctimeNs}`, inode: `${found.ino}` }
}
