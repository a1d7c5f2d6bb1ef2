import { join } from 'node:path'
import { type Influence, influences } from '../influence/influence.js'
import { readFeatureIndex, readFeatures } from './feature-store.js'
import type { FinishedStage } from './stage-cache.js'

/** Influences from stored gradient features: of the refusals, and of the gold answers where there are any. */
export async function influenceOf(
  idk: FinishedStage,
  ik: FinishedStage | undefined,
  known: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<Influence> {
  const stored = async (stage: FinishedStage, group: 'idk' | 'ik') => {
    const dir = join(stage.dir, group)
    const index = await readFeatureIndex(dir)
    return () => readFeatures(dir, index)
  }
  return influences({
    refusals: await stored(idk, 'idk'),
    ...(ik === undefined ? {} : { golds: await stored(ik, 'ik') }),
    isKnown: (id) => known.has(id),
    signal,
  })
}
