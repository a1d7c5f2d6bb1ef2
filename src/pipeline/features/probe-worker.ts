/** The thread that fits a probe to stored features. */
import { affordableQuestions, linearProbe } from '../../evaluation/probe/probe.js'
import type { ProbeKind } from '../../evaluation/untrained/untrained.js'
import { seededOrder } from '../../seeded-hash.js'
import { readStates, type StoredMatrix } from './state-matrix.js'
import { featureMatrix } from './store.js'
import { answerAsWorker } from './worker-thread.js'

export interface ProbeInputs {
  kind: ProbeKind
  /** Folder of the source questions' features. */
  learnt: string
  /** Of every source question: whether its answer is known, and the key of those that are held out together. */
  questions: ReadonlyMap<string, { known: boolean; key: string }>
  /** Folders of the features of other sets. */
  asked: readonly string[]
}

/** Log-odds by id. */
export interface ProbeOutputs {
  /** Of the source questions, each by a probe that did not see it. */
  own: [id: string, logOdds: number][]
  /** Of each set in `asked`. */
  asked: [id: string, logOdds: number][][]
  penalty: number
}

await answerAsWorker(async ({ kind, learnt, questions, asked }: ProbeInputs): Promise<ProbeOutputs> => {
  const read = kind === 'hidden' ? readStates : featureMatrix
  const source = await read(learnt)
  const places = seededOrder([...source.ids.keys()], 0, (place) => source.ids[place] as string)
    .filter((place) => questions.has(source.ids[place] as string))
    .slice(0, affordableQuestions(source.dim))
    .sort((a, b) => a - b)
  const ids = places.map((place) => source.ids[place] as string)
  const facts = ids.map((id) => questions.get(id) as { known: boolean; key: string })
  const sets: StoredMatrix[] = []
  for (const folder of asked) sets.push(await read(folder))
  const found = linearProbe({
    features: { rows: rowsAt(source, places), dim: source.dim },
    known: facts.map(({ known }) => known),
    keys: facts.map(({ key }) => key),
    asked: sets,
  })
  const byId = (ids: readonly string[], values: readonly number[]) => ids.map((id, row): [string, number] => [id, values[row] as number])
  return { own: byId(ids, found.own), asked: sets.map((set, index) => byId(set.ids, found.asked[index] ?? [])), penalty: found.penalty }
})

function rowsAt({ rows, dim }: StoredMatrix, places: readonly number[]): Float32Array {
  const result = new Float32Array(places.length * dim)
  for (const [row, place] of places.entries()) result.set(rows.subarray(place * dim, (place + 1) * dim), row * dim)
  return result
}
