import { probeConfidence, type Untrained } from './untrained.js'

/**
 * A linear probe on the hidden states of the prompt's last token, at the middle and the last layer (Kadavath et al. 2022; Azaria and
 * Mitchell 2023): the log-odds that the model knows the answer, learnt from the source questions.
 */
export const probeHidden: Untrained = {
  id: 'probe-hidden',
  about: 'the initial model, refusing where its hidden states look as they do at unknown questions',
  probe: 'hidden',
  confidence: (asked) => probeConfidence(asked, 'hidden'),
}
