import { probeConfidence, type Untrained } from './untrained.js'

/**
 * A linear probe on the gradient features of the refusal at the rehearsed model: the log-odds that the model knows the answer, learnt from
 * the source questions.
 */
export const probeGradient: Untrained = {
  id: 'probe-gradient',
  about: 'the initial model, refusing where the gradient of refusing looks as it does at unknown questions',
  probe: 'gradient',
  confidence: (asked) => probeConfidence(asked, 'gradient'),
}
