import { existsSync, rmSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../../atomic-file.js'
import { writing } from '../../disk-fault.js'
import { graitHome } from '../../grait-home.js'
import { makeFolder } from '../../make-folder.js'
import { processState } from '../../process-mark.js'
import { isListening, SOCKET_FOLDER_PREFIX } from '../process/socket-folder.js'

const processSchema = z.strictObject({
  host: z.string(),
  boot: z.string().nullable(),
  pidNamespace: z.string().nullable(),
  pid: z.int(),
  started: z.string().nullable(),
})

const servedSchema = z.strictObject({
  /** Process id of `grait serve`. */
  pid: z.int(),
  host: z.string(),
  /** Its socket folder: what a client attaches to. */
  path: z.string(),
  /** ISO 8601. */
  started: z.string(),
  /** Version of the package that serves. */
  version: z.string(),
  device: z.string(),
  /** Tells its process from one of the same number in another container, or of a later time. */
  process: processSchema,
})

/** A runtime that `grait serve` keeps alive. */
export type ServedRuntime = z.infer<typeof servedSchema>

/** The folder with one file for each served runtime of this user, named by host and pid. */
export function servedFolder(home: string = graitHome()): string {
  return join(home, 'served')
}

/** Adds a served runtime to the list; the returned function removes it. */
export async function listServed(served: ServedRuntime, folder: string = servedFolder()): Promise<() => void> {
  const file = join(folder, `${served.host}-${served.pid}.json`)
  await writing(folder, () => makeFolder(folder, 0o700))
  await writeFileAtomically(file, `${JSON.stringify(served)}\n`)
  return () => rmSync(file, { force: true })
}

/**
 * The served runtimes that can be reached from here, oldest first. Entries of killed ones are removed; of a process in another container
 * it is not known whether it was killed, only whether it listens.
 */
export async function servedRuntimes(folder: string = servedFolder()): Promise<ServedRuntime[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'))
  const listed = await Promise.all(names.map((name) => readEntry(join(folder, name))))
  const running: ServedRuntime[] = []
  for (const entry of listed) if (entry !== undefined && (await isReachable(entry, folder))) running.push(entry)
  return running.sort((a, b) => a.started.localeCompare(b.started))
}

async function readEntry(file: string): Promise<ServedRuntime | undefined> {
  try {
    return servedSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined // written by another version, or just removed
  }
}

async function isReachable(entry: ServedRuntime, folder: string): Promise<boolean> {
  const state = processState(entry.process)
  if (state === 'unknown') return isListening(entry.path)
  if (state === 'alive' && existsSync(entry.path)) return true
  remove(entry, folder)
  return false
}

function remove({ host, pid, path }: ServedRuntime, folder: string): void {
  rmSync(join(folder, `${host}-${pid}.json`), { force: true })
  if (basename(path).startsWith(SOCKET_FOLDER_PREFIX)) rmSync(path, { recursive: true, force: true })
}
