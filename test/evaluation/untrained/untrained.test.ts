import { describe, expect, it } from 'vitest'
import { meaningClusters } from '../../../src/evaluation/confidence/meaning-clusters.js'
import { initConsistency } from '../../../src/evaluation/untrained/init-consistency.js'
import { initEntropy } from '../../../src/evaluation/untrained/init-entropy.js'
import { initEntropyEmbedded } from '../../../src/evaluation/untrained/init-entropy-embedded.js'
import { initProbability } from '../../../src/evaluation/untrained/init-probability.js'
import { initPtrue } from '../../../src/evaluation/untrained/init-ptrue.js'
import { probeGradient } from '../../../src/evaluation/untrained/probe-gradient.js'
import { probeHidden } from '../../../src/evaluation/untrained/probe-hidden.js'
import { UNTRAINED } from '../../../src/evaluation/untrained/registry.js'
import type { AskedAnswer } from '../../../src/evaluation/untrained/untrained.js'

const asked = (changes: Partial<AskedAnswer>): AskedAnswer => ({
  output: 'Paris',
  answer: { logprob: Math.log(0.2) },
  refusal: null,
  samples: [],
  clusters: [],
  truth: { true: -1, false: -1 },
  probes: { hidden: -3, gradient: -3 },
  ...changes,
})

describe('methods without training, against the definitions of lm-polygraph, worked by hand', () => {
  it('sequence probability is the negative of its maximum sequence probability: the sum of the token log-probabilities', () => {
    // Tokens of probability 0.5 and 0.4: -(log 0.5 + log 0.4) = 1.609438 is the uncertainty.
    expect(initProbability.confidence(asked({})).confidence).toBeCloseTo(-1.609438, 6)
    expect(initProbability.confidence(asked({})).probability).toBeCloseTo(0.2, 12)
  })

  it('semantic entropy with frequencies is the mean over samples of -log of the share of their class', () => {
    // Classes of 3, 1 and 1 of 5: -(3 log 0.6 + 2 log 0.2) / 5 = 0.950271.
    const samples = ['Paris', 'paris.', 'The Paris', 'Rome', 'Oslo']
    expect(initEntropy.confidence(asked({ samples })).confidence).toBeCloseTo(-0.950271, 6)
    expect(initEntropy.confidence(asked({ samples: ['Rome', 'Rome'] })).confidence).toBeCloseTo(0, 12)
  })

  it('semantic entropy over clusters of embeddings is the same of clusters that begin with the first answer of a meaning', () => {
    // At angles of 0, 30, 60, 10 and 80 degrees: 30 and 10 are near 0 (cosine of at least 0.8: up to 36.9), 80 is near 60.
    const embeddings = [0, 30, 60, 10, 80].map((degrees) =>
      Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)),
    )
    const clusters = meaningClusters(embeddings)
    expect(clusters).toEqual([0, 0, 1, 0, 1])
    // Classes of 3 and 2 of 5: -(3 log 0.6 + 2 log 0.4) / 5 = 0.673012.
    const samples = ['Paris', 'Paris, France', 'Rome', 'paris', 'Roma']
    expect(initEntropyEmbedded.confidence(asked({ samples, clusters })).confidence).toBeCloseTo(-0.673012, 6)
  })

  it('consistency is the share of samples that say what the greedy answer says', () => {
    expect(initConsistency.confidence(asked({ samples: ['Paris', 'PARIS!', 'Rome', 'Oslo'] }))).toEqual({
      confidence: 0.5,
      probability: 0.5,
    })
  })

  it('P(True) is the probability of "true" against "false"', () => {
    const truth = { true: Math.log(0.3), false: Math.log(0.1) }
    const { confidence, probability } = initPtrue.confidence(asked({ truth }))
    expect(probability).toBeCloseTo(0.75, 12)
    expect(confidence).toBeCloseTo(Math.log(3), 12)
    expect(initPtrue.confidence(asked({ truth: null })).probability).toBe(0)
  })

  it('a probe gives the log-odds that the answer is right, and its probability; without them, the answer is below every other', () => {
    for (const [method, probe] of [
      [probeHidden, 'hidden'],
      [probeGradient, 'gradient'],
    ] as const) {
      const { confidence, probability } = method.confidence(asked({ probes: { [probe]: Math.log(3) } }))
      expect([confidence, probability]).toEqual([Math.log(3), expect.closeTo(0.75, 12)])
      expect(method.confidence(asked({ probes: {} }))).toMatchObject({ probability: 0 })
    }
  })

  it('multiple choice takes the letters in place of samples', () => {
    const options = [0.1, 0.3, 0.1]
    expect(initConsistency.confidence(asked({ options })).confidence).toBeCloseTo(0.6, 12)
    // Shares 0.2, 0.6, 0.2.
    expect(initEntropy.confidence(asked({ options })).confidence).toBeCloseTo(0.6 * Math.log(0.6) + 0.4 * Math.log(0.2), 12)
  })

  it('a question that was not answered is below every other, for each of them', () => {
    for (const method of UNTRAINED) {
      const samples = ['a', 'b']
      const none = method.confidence(asked({ answer: null }))
      expect(none.confidence).toBeLessThan(method.confidence(asked({ answer: { logprob: -800 }, samples, clusters: [0, 1] })).confidence)
    }
  })
})
