import { basename } from 'node:path'
import { nearestName } from '../config/unknown-key.js'
import { GraitError } from '../errors.js'
import { arcChallenge, arcEasy } from './arc.js'
import { atlasQuestions } from './atlas/atlas.js'
import { UniqueIds } from './checked-question.js'
import { digestOfQuestions } from './digest.js'
import { readQuestions } from './jsonl.js'
import { mmlu } from './mmlu.js'
import type { NamedSource } from './named-source.js'
import { nq } from './nq.js'
import type { Question } from './question.js'
import { findSplitFiles, SPLITS, type Split } from './source-folder.js'
import { splitByGroup } from './split.js'
import { triviaqa } from './triviaqa.js'

/** Data sets that are read from a folder. */
const FROM_FOLDER: Record<string, NamedSource> = { mmlu, 'arc-challenge': arcChallenge, 'arc-easy': arcEasy, triviaqa, nq }

export const DATASET_NAMES = ['atlas', ...Object.keys(FROM_FOLDER)]

/** How the atlas is divided where one of its splits is asked for by name. */
const ATLAS_SPLIT = { validation: 0.15, test: 0.25, seed: 0 }

export interface DatasetRequest {
  /** A name of DATASET_NAMES, `NAME:SPLIT`, or `jsonl:FILE`. */
  name: string
  /** train, dev, val, test (validation is val). Left out: the whole atlas; of others the split they are usually measured on. */
  split?: string | undefined
  /** The data set's own folder, or one that holds mmlu/, arc/, triviaqa/, nq/. */
  dir?: string | null | undefined
}

export interface Dataset {
  questions: Question[]
  /** SHA-256 of the questions in their order. */
  digest: string
  /** Where the questions come from, in words. */
  source: string
  split: Split | null
  /** What a reader of the results should know. */
  notes: string[]
}

/**
 * Reads a data set.
 * @throws GraitError data_not_found (unknown name, missing folder, file or split), data_invalid (a bad record, with its place)
 */
export async function loadDataset(request: DatasetRequest): Promise<Dataset> {
  const { name, split } = withSplit(request)
  if (name.startsWith('jsonl:')) {
    const path = name.slice('jsonl:'.length)
    if (split !== undefined) {
      throw new GraitError('data_not_found', `${path}: a file of questions has no ${split} split`, {
        hint: 'Leave the split out; all questions of the file are read.',
      })
    }
    return described(await readQuestions(path), path, null)
  }
  if (name === 'atlas') return loadAtlas(split)
  const source = FROM_FOLDER[name]
  if (source === undefined) throw unknownDataset(name)
  return loadFromFolder(name, source, split, request.dir ?? null)
}

function withSplit({ name, split }: DatasetRequest): { name: string; split: string | undefined } {
  const colon = name.indexOf(':')
  if (split !== undefined || colon < 0 || name.startsWith('jsonl:')) return { name, split }
  return { name: name.slice(0, colon), split: name.slice(colon + 1) }
}

function loadAtlas(asked: string | undefined): Dataset {
  const questions = atlasQuestions()
  const source = 'the atlas, made from the fact tables of this package'
  if (asked === undefined) return described(questions, source, null)
  const split = splitNamed('atlas', asked, ['train', 'dev', 'val', 'test'])
  const parts = splitByGroup(questions, ATLAS_SPLIT)
  return described({ train: parts.train, dev: parts.validation, val: parts.validation, test: parts.test }[split], source, split)
}

async function loadFromFolder(name: string, source: NamedSource, asked: string | undefined, dir: string | null): Promise<Dataset> {
  const files = await findSplitFiles(name, dir, source.folders, source.splitOf)
  const present = source.splitOrder.filter((split) => files.has(split))
  const split = asked === undefined ? (present[0] as Split) : splitNamed(name, asked, present, dir as string)
  const paths = files.get(split) as string[]
  const ids = new UniqueIds()
  const questions: Question[] = []
  for (const path of paths) {
    for await (const { question, place } of source.read(path)) {
      ids.add(question.id, place)
      questions.push(question)
    }
  }
  const where = paths.length === 1 ? (paths[0] as string) : `${paths.length} files such as ${paths[0]}`
  const dataset = described(questions, where, split)
  if (asked === undefined && split !== source.splitOrder[0]) {
    dataset.notes.unshift(`${name}: there is no ${source.splitOrder[0]} split in ${dir}; ${split} (${basename(where)}) stands in for it`)
  }
  if (source.filesASplit !== undefined && paths.length < source.filesASplit) {
    dataset.notes.unshift(`${name} ${split}: ${paths.length} of its ${source.filesASplit} files are there`)
  }
  return dataset
}

function described(questions: Question[], source: string, split: Split | null): Dataset {
  const twins = questions.filter(({ options }) => options !== undefined && new Set(options).size < options.length)
  const notes =
    twins.length === 0
      ? []
      : [`${twins.length} of ${questions.length} questions have two equal options (kept as they are), the first is ${twins[0]?.id}`]
  return { questions, digest: digestOfQuestions(questions), source, split, notes }
}

/** "validation" is val where the data set has a val split, otherwise dev. */
function splitNamed(name: string, asked: string, present: readonly Split[], dir?: string): Split {
  const lower = asked.toLowerCase()
  const wanted = lower === 'validation' ? (present.includes('val') || !present.includes('dev') || name === 'mmlu' ? 'val' : 'dev') : lower
  if ((present as readonly string[]).includes(wanted)) return wanted as Split
  const known = (SPLITS as readonly string[]).includes(wanted)
  const message = known ? `${name}: no ${wanted} split${dir === undefined ? '' : ` in ${dir}`}` : `${name}: "${asked}" is no split`
  throw new GraitError('data_not_found', message, { hint: `There is: ${present.join(', ')}.`, details: { name, split: asked, present } })
}

function unknownDataset(name: string): GraitError {
  const near = nearestName(name, DATASET_NAMES)
  const asFile = /[./\\]/.test(name) ? ` A file of questions is named jsonl:${name}.` : ''
  return new GraitError('data_not_found', `"${name}": unknown data set`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}There are ${DATASET_NAMES.join(', ')} and jsonl:FILE.${asFile}`,
    details: { name },
  })
}
