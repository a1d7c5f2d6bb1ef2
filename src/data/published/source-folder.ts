import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { GraitError } from '../../errors.js'
import type { NamedSource } from './named-source.js'
import { type FileMatch, SPLITS, type Split } from './split-name.js'

/** The files of a data set by split. A split may have many files (MMLU has one per subject), all in the same format. */
export interface SplitFiles {
  files: Map<Split, string[]>
  /** Notes about ignored files, whose split is also available in a preferred format. */
  notes: string[]
}

/**
 * Searches the folders that may hold a data set, in order, and returns the files of the first one that has any.
 * @param foreignNames folder names that belong to other data sets, by data set
 * @throws GraitError data_not_found
 */
export async function findSplitFiles(
  name: string,
  dir: string,
  source: Pick<NamedSource, 'folders' | 'forms' | 'fileOf' | 'fileNames'>,
  foreignNames: ReadonlyMap<string, RegExp>,
): Promise<SplitFiles> {
  const found = await stat(dir).catch(() => undefined)
  if (found === undefined || !found.isDirectory()) {
    throw new GraitError('data_not_found', `${dir}: ${found === undefined ? 'no such folder' : 'not a folder'}`, {
      hint: `It should hold ${name}, or be the folder of ${name} itself.`,
      details: { dir },
    })
  }
  for (const candidate of source.folders) {
    const folder = join(dir, candidate)
    const matches = await filesOf(folder, source.fileOf)
    if (matches.length === 0) continue
    const owner = ownerOf(folder, foreignNames)
    if (owner !== undefined) throw foreignFolder(name, folder, owner)
    return bestForms(matches, source.forms)
  }
  throw await noFiles(name, dir, source)
}

/** Names the files that are there and don't count, which may be the right ones under another name. */
async function noFiles(name: string, dir: string, { folders, fileNames }: Pick<NamedSource, 'folders' | 'fileNames'>): Promise<GraitError> {
  const there: string[] = []
  for (const candidate of folders) {
    for (const inner of INNER_FOLDERS) {
      const entries = await readdir(join(dir, candidate, inner), { withFileTypes: true }).catch(() => [])
      there.push(
        ...entries.filter((entry) => !entry.isDirectory() && !isHidden(entry.name)).map((entry) => join(candidate, inner, entry.name)),
      )
    }
  }
  const shown = there.slice(0, 5).join(', ') + (there.length > 5 ? ` and ${there.length - 5} more` : '')
  const places = folders.filter((folder) => folder !== '').join(', ')
  return new GraitError('data_not_found', `${name}: no files of it in ${dir}${there.length === 0 ? '' : `; not read: ${shown}`}`, {
    hint: `Looked in the folder itself and in ${places}. Files that count are called ${fileNames}.`,
    details: { dir, files: there.slice(0, 20) },
  })
}

const INNER_FOLDERS = ['', ...SPLITS, 'validation']

/** What systems and programs leave beside the data: ._x.csv and .DS_Store of a Mac, ~$x of an office program. */
export function isHidden(fileName: string): boolean {
  return /^(?:\.|~\$)/.test(fileName)
}

interface FoundFile extends FileMatch {
  path: string
}

/** The files of a folder and of its subfolders named after splits, sorted by path. */
async function filesOf(folder: string, fileOf: NamedSource['fileOf']): Promise<FoundFile[]> {
  const found: FoundFile[] = []
  for (const inner of INNER_FOLDERS) {
    const entries = await readdir(join(folder, inner), { withFileTypes: true }).catch(() => [])
    const names = entries.filter((entry) => !entry.isDirectory() && !isHidden(entry.name)).map((entry) => entry.name)
    for (const fileName of names.sort()) {
      const path = join(folder, inner, fileName)
      const match = fileOf(join(inner, fileName), folder)
      if (match !== undefined) found.push({ ...match, path })
    }
  }
  return found
}

function bestForms(found: readonly FoundFile[], forms: readonly string[]): SplitFiles {
  const files = new Map<Split, string[]>()
  const notes: string[] = []
  for (const split of SPLITS) {
    const here = found.filter((file) => file.split === split)
    const form = forms.find((candidate) => here.some((file) => file.form === candidate))
    if (form === undefined) continue
    const chosen = here.filter((file) => file.form === form).map(({ path }) => path)
    const left = here.filter((file) => file.form !== form)
    files.set(split, chosen)
    if (left.length > 0) notes.push(`${split} is read from ${chosen[0]}; ${left[0]?.path} holds it too and is left out`)
  }
  return { files, notes }
}

function ownerOf(folder: string, foreignNames: ReadonlyMap<string, RegExp>): string | undefined {
  const folderName = basename(resolve(folder))
  return [...foreignNames].find(([, pattern]) => pattern.test(folderName))?.[0]
}

function foreignFolder(name: string, folder: string, owner: string): GraitError {
  return new GraitError('data_not_found', `${name}: ${folder} is the folder of ${owner}`, {
    hint: `Name the folder of ${name}, or the one that holds both.`,
    details: { dir: folder, name, owner },
  })
}
