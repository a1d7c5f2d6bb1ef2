import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../../atomic-file.js'
import { type CancelOptions, throwIfCancelled } from '../../cancellation.js'
import { readFault } from '../../disk-fault.js'
import { parsedJson } from './parsed-json.js'

/** The list of a finished stage's files: path, length and SHA-256 of each, and the SHA-256 of the list itself. */
export const MANIFEST = 'manifest.json'
/** In a stage's folder: the change times that the files had when their digests were last found right. */
const CHECKED = 'checked.json'
/** What only the cache has of a stage. */
export const ONLY_IN_CACHE: readonly string[] = [CHECKED]

const filesSchema = z.record(z.string(), z.strictObject({ bytes: z.int(), sha256: z.string() }))
const manifestSchema = z
  .strictObject({ files: filesSchema, sha256: z.string() })
  // A list that lost an entry would leave that file unchecked.
  .refine(({ files, sha256 }) => sha256 === digestOfList(files))
const checkedSchema = z.record(z.string(), z.string())

/** Lists the files of the stage in `dir`; called once, when they are complete. */
export async function writeManifest(dir: string, { signal }: CancelOptions = {}): Promise<void> {
  const files: z.infer<typeof filesSchema> = {}
  for (const path of await filesIn(dir)) {
    files[path] = { bytes: (await stat(join(dir, path))).size, sha256: await digestOfFile(join(dir, path), { signal }) }
  }
  await writeFileAtomically(join(dir, MANIFEST), `${JSON.stringify({ files, sha256: digestOfList(files) })}\n`)
  await noteChecked(dir, Object.keys(files))
}

export interface CheckOptions extends CancelOptions {
  /** Read every file, also where nothing hints at a change. Default: only files that were touched since they were last read. */
  everyByte?: boolean | undefined
  /** Leave no note of what was read; for folders that are not ours to write. */
  leaveNoNote?: boolean | undefined
}

/**
 * Compares the files of a finished stage with its manifest: every length, and the digest of every file that was touched.
 * @returns what is wrong, in words; undefined if all is well
 * @throws GraitError cancelled; disk_failed if a file can't be read
 */
export async function damageOf(
  dir: string,
  { everyByte = false, leaveNoNote = false, signal }: CheckOptions = {},
): Promise<string | undefined> {
  const manifest = await readList(dir, MANIFEST, manifestSchema)
  if (manifest === undefined) return `its ${MANIFEST} is missing or damaged`
  const before = (await readList(dir, CHECKED, checkedSchema)) ?? {}
  let read = 0
  for (const [path, { bytes, sha256 }] of Object.entries(manifest.files)) {
    throwIfCancelled(signal)
    const found = await changeOf(join(dir, path))
    if (found === undefined) return `${path} is missing`
    if (found.bytes !== bytes) return `${path} has ${found.bytes} bytes, not ${bytes}`
    if (!everyByte && before[path] === found.change) continue
    if ((await digestOfFile(join(dir, path), { signal })) !== sha256) return `the content of ${path} has changed`
    read += 1
  }
  // A note only: without it, the files are read again next time.
  if (read > 0 && !leaveNoNote) await noteChecked(dir, Object.keys(manifest.files)).catch(() => undefined)
  return undefined
}

function digestOfList(files: z.infer<typeof filesSchema>): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex')
}

async function noteChecked(dir: string, paths: readonly string[]): Promise<void> {
  const changes: Record<string, string> = {}
  for (const path of paths) changes[path] = (await changeOf(join(dir, path)))?.change ?? ''
  await writeFileAtomically(join(dir, CHECKED), `${JSON.stringify(changes)}\n`)
}

/** Length, and a text that differs after every write: the change time can't be set back, and a replaced file has another number. */
async function changeOf(path: string): Promise<{ bytes: number; change: string } | undefined> {
  const found = await stat(path, { bigint: true }).catch((error: unknown) => {
    if (isAbsent(error)) return undefined
    throw readFault(error, path)
  })
  if (found?.isFile() !== true) return undefined
  return { bytes: Number(found.size), change: `${found.ino} ${found.ctimeNs}` }
}

async function readList<T>(dir: string, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(join(dir, name), 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return undefined
    throw readFault(error, join(dir, name))
  })
  return parsedJson(text ?? '', schema)
}

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return paths.map((path) => path.slice(dir.length + 1)).sort()
}

async function digestOfFile(path: string, { signal }: CancelOptions): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      throwIfCancelled(signal)
      hash.update(chunk as Uint8Array)
    }
  } catch (error) {
    throw readFault(error, path)
  }
  return hash.digest('hex')
}

/** Nothing is there, or a folder. */
function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String((error as NodeJS.ErrnoException).code))
}
