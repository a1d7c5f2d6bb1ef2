import { clusterSizes, entropy } from './init-entropy.js'
import { NO_CONFIDENCE, type Untrained } from './untrained.js'

/**
 * Semantic entropy as `init-entropy` has it, but answers are the same if their sentence embeddings are close, so that "Paris" and "Paris,
 * France" are one.
 */
export const initEntropyEmbedded: Untrained = {
  id: 'init-entropy-embedded',
  about: 'the initial model, refusing where the embeddings of its samples lie apart',
  openEnded: true,

  confidence({ answer, samples, clusters, options }) {
    if (answer === null || (options == null && samples.length > clusters.length)) return NO_CONFIDENCE
    return { confidence: -entropy(options ?? clusterSizes(clusters)) }
  },
}
