import type { ExperimentData } from '../context/experiment-data.js'
import { openEnded } from '../stages/samples.js'

/** How many stages of each name the rows without training take. Where there is no probe, those of probes are not computed. */
export function untrainedStages({ tests, thresholdSet }: Pick<ExperimentData, 'tests' | 'thresholdSet'>, withGradients: boolean) {
  const sets = [...tests, thresholdSet]
  const drawn = sets.filter((set) => openEnded(set).length > 0).length
  const counts = {
    states: 1 + sets.length,
    gradients: withGradients ? sets.length : 0,
    probe: withGradients ? 2 : 1,
    samples: drawn,
    clusters: drawn,
    truth: sets.length,
  }
  return new Map<string, number>(Object.entries(counts))
}
