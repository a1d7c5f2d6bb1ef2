/** The thread that computes influences from stored features: two passes over the shards, a block at a time. */
import { type Influence, influences } from '../../influence/influence.js'
import { readFeatureIndex, readFeatures } from './store.js'
import { answerAsWorker } from './worker-thread.js'

export interface InfluenceInputs {
  /** Folder of the refusals' features. */
  refusals: string
  /** Folder of the gold answers' features; undefined: no stability influence. */
  golds: string | undefined
  /** Ids of the known questions. */
  known: ReadonlySet<string>
}

await answerAsWorker(async ({ refusals, golds, known }: InfluenceInputs): Promise<Influence[]> => {
  const stored = async (dir: string) => {
    const index = await readFeatureIndex(dir)
    return () => readFeatures(dir, index)
  }
  return influences({
    refusals: await stored(refusals),
    golds: golds === undefined ? undefined : await stored(golds),
    isKnown: (id) => known.has(id),
  })
})
