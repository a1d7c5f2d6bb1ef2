import { existsSync, rmSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../../atomic-file.js'
import { writing } from '../../disk-fault.js'
import { graitHome } from '../../grait-home.js'
import { processExists } from '../../locks/process-exists.js'
import { makeFolder } from '../../make-folder.js'
import { SOCKET_FOLDER_PREFIX } from '../process/socket-folder.js'

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

/** The served runtimes of this machine, oldest first. Entries of killed ones are removed. */
export async function servedRuntimes(folder: string = servedFolder()): Promise<ServedRuntime[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'))
  const listed = await Promise.all(names.map((name) => readEntry(join(folder, name))))
  const here = listed.filter((entry) => entry !== undefined && entry.host === hostname()) as ServedRuntime[]
  const running = here.filter((entry) => isRunning(entry) || remove(entry, folder))
  return running.sort((a, b) => a.started.localeCompare(b.started))
}

async function readEntry(file: string): Promise<ServedRuntime | undefined> {
  try {
    return servedSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined // written by another version, or just removed
  }
}

function isRunning({ pid, path }: ServedRuntime): boolean {
  return existsSync(path) && processExists(pid)
}

function remove({ host, pid, path }: ServedRuntime, folder: string): false {
  rmSync(join(folder, `${host}-${pid}.json`), { force: true })
  if (basename(path).startsWith(SOCKET_FOLDER_PREFIX)) rmSync(path, { recursive: true, force: true })
  return false
}
