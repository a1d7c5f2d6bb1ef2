import { basename } from 'node:path'
import { givingWay, throwIfCancelled } from '../cancellation.js'
import { GraitError } from '../errors.js'
import { expandHome } from '../home-path.js'
import { nearestName } from '../nearest-name.js'
import { atlasQuestions } from './atlas/atlas.js'
import { repeatedQuestions } from './duplicates.js'
import { givenName, notGiven } from './given-name.js'
import { type HubAddress, hubAddress } from './hub/address.js'
import type { HubOptions } from './hub/endpoint.js'
import { filesOnHub } from './hub/split-files.js'
import { ownFile } from './own-file.js'
import { arcChallenge, arcEasy } from './published/arc.js'
import { mmlu } from './published/mmlu.js'
import { type NamedSource, RowCount } from './published/named-source.js'
import { nq } from './published/nq.js'
import { findSplitFiles } from './published/source-folder.js'
import { SPLITS, type Split } from './published/split-name.js'
import { triviaqa } from './published/triviaqa.js'
import { UniqueIds } from './question/checked-question.js'
import type { Question } from './question/question.js'
import { digestOfQuestions } from './question/question-digest.js'
import { splitByGroup } from './split.js'

/** Published data sets, read from a folder or from the hub. */
const PUBLISHED: Record<string, NamedSource> = { mmlu, 'arc-challenge': arcChallenge, 'arc-easy': arcEasy, triviaqa, nq }

/** The data sets that `loadDataset` knows by name; `jsonl:FILE` and `csv:FILE` read your own files. */
export const DATASET_NAMES = ['atlas', ...Object.keys(PUBLISHED)]

/** How the atlas is divided when one of its splits is requested by name. */
const ATLAS_SPLIT = { validation: 0.15, test: 0.25, seed: 0 }

/** A request to `loadDataset`: which data set to read, and from where. */
export interface DatasetRequest {
  /** A name from DATASET_NAMES, `NAME:SPLIT`, `jsonl:FILE` or `csv:FILE`. */
  name: string
  /** train, dev, val or test (validation means val). Default: the whole atlas; for other data sets the split that is usually evaluated. */
  split?: string | undefined
  /**
   * Where to read from: the data set's own folder, or one that holds mmlu/, arc/, triviaqa/, nq/; `hub` (the default): the
   * Hugging Face hub; `hub:ORG/NAME[@REVISION]`: a repository there.
   */
  dir?: string | null | undefined
}

/** A loaded data set: its questions, their digest and where they come from. */
export interface Dataset {
  questions: Question[]
  /** SHA-256 of the questions, in order. */
  digest: string
  /** Where the questions come from, in words. */
  source: string
  split: Split | null
  /** Remarks that a reader of the results should know. */
  notes: string[]
}

/**
 * Loads a data set by name, from a file, a folder or the Hugging Face hub.
 * @throws GraitError data_not_found (unknown name, missing folder, file or split), data_invalid (a bad record, with its location), cancelled
 */
export async function loadDataset(request: DatasetRequest, options: HubOptions = {}): Promise<Dataset> {
  const { signal } = options
  throwIfCancelled(signal)
  const inMemory = givenName(request.name)
  if (inMemory !== undefined) throw notGiven(inMemory)
  const { name, split } = withSplit(request)
  const own = ownFile(name)
  if (own !== undefined) {
    if (split !== undefined) {
      throw new GraitError('data_not_found', `${own.path}: a file of questions has no ${split} split`, {
        hint: 'Leave the split out; all questions of the file are read.',
      })
    }
    const { questions, notes } = await own.read(own.path, signal)
    const dataset = described(questions, own.path, null)
    return { ...dataset, notes: [...notes.map((note) => `${own.path}: ${note}`), ...dataset.notes] }
  }
  if (name === 'atlas') return loadAtlas(split)
  const source = PUBLISHED[name]
  if (source === undefined) throw unknownDataset(request.name)
  return loadPublished(name, source, split, expandHome(request.dir ?? 'hub', 'the folder of the data sets'), options)
}

/** The name and the split, which may stand after a colon. @throws GraitError usage for two splits */
function withSplit({ name, split }: DatasetRequest): { name: string; split: string | undefined } {
  const colon = name.indexOf(':')
  if (colon < 0 || ownFile(name) !== undefined) return { name, split }
  const [plain, named] = [name.slice(0, colon), name.slice(colon + 1)]
  if (split === undefined || split.toLowerCase() === named.toLowerCase()) return { name: plain, split: named }
  if (bothValidation(plain, split, named)) return { name: plain, split: 'validation' }
  throw new GraitError('usage', `${name}: names the split ${named}, and ${split} is asked for too`, {
    hint: `Name one split: ${plain}:${split}, or ${plain}:${named} alone.`,
  })
}

/** "validation" is the hub's name for val or dev: for MMLU, which has both, val. */
function bothValidation(name: string, ...splits: [string, string]): boolean {
  const [one, other] = splits.map((split) => split.toLowerCase()).sort() as [string, string]
  return other === 'validation' && (one === 'val' || (one === 'dev' && name !== 'mmlu'))
}

function loadAtlas(asked: string | undefined): Dataset {
  const questions = atlasQuestions()
  const source = 'the atlas, made from the fact tables of this package'
  if (asked === undefined) return described(questions, source, null)
  const split = splitNamed('atlas', asked, ['train', 'dev', 'val', 'test'])
  const parts = splitByGroup(questions, ATLAS_SPLIT)
  return described({ train: parts.train, dev: parts.validation, val: parts.validation, test: parts.test }[split], source, split)
}

/** The files of a data set, on disk or on the hub, before any of them is read. */
interface PublishedFiles {
  splits: Split[]
  /** Where they are, in words. */
  where: string
  notes: string[]
  pathsOf(split: Split): Promise<string[]>
}

async function loadPublished(
  name: string,
  source: NamedSource,
  asked: string | undefined,
  dir: string,
  options: HubOptions,
): Promise<Dataset> {
  const address = hubAddress(dir, source.hub.repository)
  const files = address === undefined ? await filesInFolder(name, source, dir) : await filesInRepository(name, source, address, options)
  const present = source.splitOrder.filter((split) => files.splits.includes(split))
  const split = asked === undefined ? present[0] : splitNamed(name, asked, present, files.where)
  if (split === undefined) throw new GraitError('data_not_found', `${name}: no split of it in ${files.where}`)
  const paths = await files.pathsOf(split)
  const ids = new UniqueIds()
  const rows = new RowCount()
  const questions: Question[] = []
  const giveWay = givingWay(options.signal)
  for (const path of paths) {
    for await (const { question, place } of source.read(path, split, rows, options.signal)) {
      await giveWay()
      ids.add(question.id, place)
      questions.push(question)
    }
  }
  const first = paths[0] as string
  if (questions.length === 0) throw noQuestions(first)
  const described_ = described(questions, paths.length === 1 ? first : `${paths.length} files such as ${first}`, split)
  const notes = files.notes.map((note) => `${name}: ${note}`)
  if (asked === undefined && split !== source.splitOrder[0]) {
    notes.push(`${name}: there is no ${source.splitOrder[0]} split in ${files.where}; ${split} (${basename(first)}) is used instead`)
  }
  const whole = source.filesASplit
  if (whole?.forms.includes(source.fileOf(basename(first), '')?.form ?? '') === true && paths.length !== whole.files) {
    const there =
      paths.length < whole.files
        ? `${paths.length} of its ${whole.files} files are there`
        : `${paths.length} files where it has ${whole.files}`
    notes.push(`${name} ${split}: ${there}`)
  }
  return { ...described_, notes: [...notes, ...described_.notes] }
}

async function filesInFolder(name: string, source: NamedSource, dir: string): Promise<PublishedFiles> {
  const others = Object.entries(PUBLISHED).filter(([other]) => other !== name)
  const { files, notes } = await findSplitFiles(name, dir, source, new Map(others.map(([other, { folderName }]) => [other, folderName])))
  return { splits: [...files.keys()], where: dir, notes, pathsOf: async (split) => files.get(split) as string[] }
}

async function filesInRepository(name: string, source: NamedSource, address: HubAddress, options: HubOptions): Promise<PublishedFiles> {
  // The hub client is large, and most data sets are read from a folder.
  const [{ openRepository }, { hubEndpoint }] = await Promise.all([import('./hub/repository.js'), import('./hub/endpoint.js')])
  const { commit, notes, fetchFiles } = await openRepository(address, hubEndpoint(process.env, options))
  const files = filesOnHub(name, commit, source)
  return {
    splits: [...files.keys()],
    where: `hub:${commit.repository}@${commit.commit}`,
    notes: [...notes, `read from hub:${commit.repository}@${commit.commit}`],
    pathsOf: (split) => fetchFiles(files.get(split) ?? []),
  }
}

function noQuestions(path: string): GraitError {
  return new GraitError('data_invalid', `${path}: holds no questions`, {
    hint: 'The file is empty; get it again.',
    details: { file: path },
  })
}

/** A data set of these questions, with its digest and what a reader should know of repeated questions and options. */
export function described(questions: Question[], source: string, split: Split | null): Dataset {
  const notes: string[] = []
  const twins = questions.filter(({ options }) => options !== undefined && new Set(options).size < options.length)
  if (twins.length > 0) {
    notes.push(`${twins.length} of ${questions.length} questions have two equal options (kept as they are), the first is ${twins[0]?.id}`)
  }
  const damaged = questions.filter((question) => JSON.stringify(question).includes('\ufffd'))
  if (damaged.length > 0) {
    notes.push(
      `${damaged.length} of ${questions.length} questions hold \ufffd, the sign of letters lost in an earlier conversion, the first is ${damaged[0]?.id}`,
    )
  }
  const repeated = repeatedQuestions(questions)
  if (repeated.length > 0) {
    const [first, again] = repeated[0] as [Question, Question]
    notes.push(`${repeated.length} of ${questions.length} questions appear more than once (kept as they are): ${again.id} is ${first.id}`)
  }
  return { questions, digest: digestOfQuestions(questions), source, split, notes }
}

/** "validation" means val if the data set has a val split, otherwise dev. */
function splitNamed(name: string, asked: string, present: readonly Split[], dir?: string): Split {
  const lower = asked.toLowerCase()
  const wanted = lower === 'validation' ? (present.includes('val') || !present.includes('dev') || name === 'mmlu' ? 'val' : 'dev') : lower
  if ((present as readonly string[]).includes(wanted)) return wanted as Split
  const known = (SPLITS as readonly string[]).includes(wanted)
  const message = known ? `${name}: no ${wanted} split${dir === undefined ? '' : ` in ${dir}`}` : `${name}: "${asked}" is no split`
  throw new GraitError('data_not_found', message, { hint: `There is: ${present.join(', ')}.`, details: { name, split: asked, present } })
}

function unknownDataset(name: string): GraitError {
  const near = nearestName(name.replace(/:.*/s, ''), DATASET_NAMES)
  const file = /^(?:[a-z]+:)?(.*[./\\].*)$/is.exec(name)?.[1]
  const asFile = file === undefined ? '' : ` A file of questions is named ${/\.(?:csv|tsv)$/i.test(file) ? 'csv' : 'jsonl'}:${file}.`
  return new GraitError('data_not_found', `"${name}": unknown data set`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}There are ${DATASET_NAMES.join(', ')}, jsonl:FILE and csv:FILE.${asFile}`,
    details: { name },
  })
}
