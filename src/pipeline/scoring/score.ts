import { type Dataset, type DatasetRequest, loadDataset } from '../../data/dataset.js'
import { readPredictions } from '../../data/files/predictions.js'
import type { HubOptions } from '../../data/hub/endpoint.js'
import { sampleQuestions } from '../../data/sample.js'
import { GraitError } from '../../errors.js'
import { INIT_BASIC } from '../../evaluation/result-rows.js'
import { datasetLabel } from '../context/dataset-labels.js'
import type { AnsweredBy } from './answered-by.js'
import { type Score, type ScoringSettings, scoreMethods } from './score-methods.js'

/** A JSON Lines file of predictions, and the name of the method that made them. */
export interface PredictionFile {
  /** The method's name in the results. */
  method: string
  path: string
}

/** What `scorePredictions` scores: files of predictions, the questions they answer and the judging rules. */
export interface ScoreRequest extends DatasetRequest, ScoringSettings {
  /** Score only a seeded sample of this many questions, the same that `grait data --limit` prints. */
  limit?: number | undefined
  predictions: readonly PredictionFile[]
  /** File with the initial model's answers to the plain instruction; without it there is no THS. */
  initial?: string | undefined
}

/**
 * Judges and measures predictions, answers that models gave outside this package.
 * @throws GraitError data_not_found, data_invalid with file and line, cancelled
 */
export async function scorePredictions(request: ScoreRequest, { signal, onDownload }: HubOptions = {}): Promise<Score> {
  const dataset = await loadDataset(request, { signal, onDownload })
  const asked = request.limit === undefined ? dataset.questions : sampleQuestions(dataset.questions, request.limit, 0)
  const files: PredictionFile[] = [
    ...(request.initial === undefined ? [] : [{ method: INIT_BASIC, path: request.initial }]),
    ...request.predictions,
  ]
  refuseSameNames(files)
  const methods: AnsweredBy[] = []
  const read: string[] = []
  for (const { method, path } of files) {
    const { predictions, notes } = await readPredictions(path, dataset.questions, signal)
    methods.push({ method, source: path, predictions })
    read.push(...notes)
  }
  const { results, notes } = await scoreMethods(asked, methods, datasetName(request, dataset), request, { signal })
  return { results, notes: [...dataset.notes, ...read, ...notes] }
}

function refuseSameNames(files: readonly PredictionFile[]): void {
  const again = files.find(({ method }, index) => files.findIndex((other) => other.method === method) < index)
  if (again === undefined) return
  throw new GraitError('usage', `two files of predictions are called ${again.method}`, {
    hint: 'Give them names: --predictions NAME=FILE.',
  })
}

function datasetName({ name }: ScoreRequest, { split }: Dataset): string {
  return datasetLabel(split === null || name.includes(':') ? name : `${name}:${split}`)
}
