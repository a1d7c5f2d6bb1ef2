import { expandHome } from '../home-path.js'
import { readCsvQuestions } from './csv/csv-questions.js'
import { readQuestions } from './files/jsonl.js'
import type { OwnQuestions } from './files/own-questions.js'

type ReadOwnFile = (path: string, signal?: AbortSignal) => Promise<OwnQuestions>

/** The user's own files: how they are named and read. */
const OWN_FILES: Record<string, ReadOwnFile> = { 'jsonl:': readQuestions, 'csv:': readCsvQuestions }

/** A user's own file of questions. */
export interface OwnFile {
  /** `jsonl:` or `csv:` */
  prefix: string
  /** The path, in which ~ stands for the home folder. */
  path: string
  read: ReadOwnFile
}

/** The user's own file that `jsonl:FILE` or `csv:FILE` names; undefined for other data sets. @throws GraitError usage for `~name/` */
export function ownFile(name: string): OwnFile | undefined {
  const found = Object.entries(OWN_FILES).find(([prefix]) => name.startsWith(prefix))
  if (found === undefined) return undefined
  const [prefix, read] = found
  return { prefix, path: expandHome(name.slice(prefix.length), name), read }
}
