import { initConsistency } from './init-consistency.js'
import { initEntropy } from './init-entropy.js'
import { initEntropyEmbedded } from './init-entropy-embedded.js'
import { initProbability } from './init-probability.js'
import { initPtrue } from './init-ptrue.js'
import { probeGradient } from './probe-gradient.js'
import { probeHidden } from './probe-hidden.js'
import type { Untrained } from './untrained.js'

/** The methods without training that every run and comparison shows, in the order of the tables. */
export const UNTRAINED: readonly Untrained[] = [
  initProbability,
  initConsistency,
  initEntropy,
  initEntropyEmbedded,
  initPtrue,
  probeHidden,
  probeGradient,
]
