import type { GradientFeatures } from '../../rait/method.js'
import { featureMatrix } from './store.js'

/** Folders of stored features. */
export interface FeatureFolders {
  /** Of the refusals. */
  refusals: string
  /** Of the gold answers; undefined: the method does without. */
  golds: string | undefined
}

/** The full features in memory, for methods that need more than their products with a mean. */
export async function gradientFeatures({ refusals, golds }: FeatureFolders): Promise<GradientFeatures> {
  return { refusals: await featureMatrix(refusals), golds: golds === undefined ? undefined : await featureMatrix(golds) }
}
