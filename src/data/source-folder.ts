import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GraitError } from '../errors.js'

export const SPLITS = ['train', 'dev', 'val', 'test'] as const
export type Split = (typeof SPLITS)[number]

/** Files of a data set, split by split. A split may be many files (MMLU has one a subject). */
export type SplitFiles = Map<Split, string[]>

/**
 * Goes through the folders that may hold a data set, in order, and gives the files of the first that has any.
 * @param candidates folders relative to `dir`; '' is `dir` itself
 * @param splitOf the split that a file belongs to, undefined: none
 * @throws GraitError data_not_found
 */
export async function findSplitFiles(
  name: string,
  dir: string | null,
  candidates: readonly string[],
  splitOf: (fileName: string) => Split | undefined,
): Promise<SplitFiles> {
  if (dir === null) {
    throw new GraitError('data_not_found', `${name}: the folder of its files is not given`, {
      hint: 'Name it: --data DIR on the command line, data.dir in a configuration. (The data set "atlas" needs no files.)',
    })
  }
  if (!(await isFolder(dir))) {
    throw new GraitError('data_not_found', `${dir}: no such folder`, {
      hint: `It should hold ${name}, or be the folder of ${name} itself.`,
    })
  }
  for (const candidate of candidates) {
    const files = await filesBySplit(join(dir, candidate), splitOf)
    if (files.size > 0) return files
  }
  const tried = candidates.map((candidate) => join(dir, candidate)).join(', ')
  throw new GraitError('data_not_found', `${name}: no files of it in ${dir}`, {
    hint: `Looked in ${tried}. --data DIR is the data set's own folder, or the one above it.`,
    details: { dir },
  })
}

/** The files of a folder and of its subfolders named after splits, sorted by path. */
async function filesBySplit(folder: string, splitOf: (fileName: string) => Split | undefined): Promise<SplitFiles> {
  const files: SplitFiles = new Map()
  for (const inner of [folder, ...SPLITS.map((split) => join(folder, split))]) {
    const names = (await isFolder(inner)) ? await readdir(inner) : []
    for (const fileName of names.sort()) {
      const split = splitOf(fileName)
      if (split !== undefined) files.set(split, [...(files.get(split) ?? []), join(inner, fileName)])
    }
  }
  return files
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true
}
