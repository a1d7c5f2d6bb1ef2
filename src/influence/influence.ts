import { GraitError } from '../errors.js'
import { dot, type FeatureSource, forEachRow } from './feature-block.js'
import { FeatureMean } from './feature-mean.js'

/** The input of `influences`: gradient features of the source questions, and which questions the model knows. */
export interface InfluenceFeatures {
  /** Returns g_idk, the gradients on the refusal, for known and unknown questions together, in any order; called twice. */
  refusals(): FeatureSource
  /** Returns g_ik, the gradients on the gold answer, for known questions; needed only for the stability influence. */
  golds?: (() => FeatureSource) | undefined
  /** Returns whether the model knows a question. */
  isKnown(id: string): boolean
  signal?: AbortSignal | undefined
}

/** The influences of training on the refusal of one unknown question x (in D_idk). */
export interface Influence {
  id: string
  /** I_ref(x) = <g_idk(x), mean over D_idk of g_idk>: how much refusing x teaches refusing the other unknowns. */
  refusalInfluence: number
  /** I_over(x) = <g_idk(x), mean over D_ik of g_idk>: how much refusing x teaches refusing what the model knows. */
  overRefusalInfluence: number
  /** I_sta(x) = <g_idk(x), mean over D_ik of g_ik>: how much refusing x helps the model to keep answering what it knows; null without `golds`. */
  stabilityInfluence: number | null
}

/**
 * Computes the influences of GRAIT (section 3.2). The mean of products with N rows is one product with their mean, so no N x N
 * matrix is ever built: two passes over the features, O(N dim) time, O(dim) memory in addition to one block.
 * @returns one entry for each unknown question that has features, in their order: what `refusalWeights` takes
 * @throws GraitError empty_group if D_idk or D_ik has no features; invalid_request for a repeated id, or if `refusals` does not
 * give the same rows the second time
 */
export async function influences({ refusals, golds, isKnown, signal }: InfluenceFeatures): Promise<Influence[]> {
  const idk = new FeatureMean()
  const ik = new FeatureMean()
  const seen = new Set<string>()
  await forEachRow(
    refusals(),
    (id, row) => {
      if (seen.has(id)) throw new GraitError('invalid_request', `two rows of features have the id ${JSON.stringify(id)}`)
      seen.add(id)
      ;(isKnown(id) ? ik : idk).add(row)
    },
    signal,
  )
  const gold = new FeatureMean()
  if (golds !== undefined) await forEachRow(golds(), (id, row) => isKnown(id) && gold.add(row), signal)

  const refusalMean = meanOf(idk, 'refusals of the unknown questions')
  const overRefusalMean = meanOf(ik, 'refusals of the known questions')
  const stabilityMean = golds === undefined ? undefined : meanOf(gold, 'gold answers of the known questions')
  const found: Influence[] = []
  let rows = 0
  const score = (id: string, row: Float32Array) => {
    rows++
    if (isKnown(id)) return
    found.push({
      id,
      refusalInfluence: dot(row, refusalMean),
      overRefusalInfluence: dot(row, overRefusalMean),
      stabilityInfluence: stabilityMean === undefined ? null : dot(row, stabilityMean),
    })
  }
  await forEachRow(refusals(), score, signal)
  if (rows !== seen.size) {
    throw new GraitError(
      'invalid_request',
      `refusals() gave ${seen.size} rows when it was opened first, and ${rows} when it was opened again`,
      {
        hint: 'It must begin anew each time: collect the rows in an array, or start the stream inside the function.',
      },
    )
  }
  return found
}

function meanOf(features: FeatureMean, what: string): Float64Array {
  const mean = features.mean()
  if (mean === undefined) {
    throw new GraitError('empty_group', `there are no gradient features of the ${what}, so no influence can be computed`, {
      hint: 'Both groups need at least one question with a gradient: see isKnown, or in a run the notes of the gradients stage.',
    })
  }
  return mean
}
