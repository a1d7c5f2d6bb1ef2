import { type LoadedConfig, methods } from 'grait'
import { studyConfig } from '../scratch.js'

/** A sort of data on which every method is run with every seed. */
export interface Sort {
  /** A file of configs/. */
  config: string
  /** `path=value`, for every piece. */
  settings: readonly string[]
  methods: readonly string[]
  seeds: readonly number[]
}

/** Every method, GRAIT first: its piece has the rows without training too, the probe of gradients among them. */
const EVERY = ['grait', ...methods.map(({ id }) => id).filter((id) => id !== 'grait')]
/** As many pairs, batches and steps for every method; intervals are computed from what is kept. */
const EQUAL = ['weighting.mean=1', 'evaluation.bootstrap=100']

export const sorts: Record<string, Sort> = {
  /** Relations of the atlas, with settings that were chosen on its validation part. */
  atlas: { config: 'study.yaml', settings: [...EQUAL, 'evaluation.split=test'], methods: EVERY, seeds: [1, 2, 3, 4, 5] },
  /** The same, on the part that choices are made on. */
  'atlas-validation': { config: 'study.yaml', settings: EQUAL, methods: EVERY, seeds: [1, 2, 3, 4, 5] },
  /** TriviaQA to TriviaQA and Natural Questions; give data.dir with --set. */
  triviaqa: {
    config: 'triviaqa-small.yaml',
    // What the limit leaves over is what thresholds are set on: every tuned model has one.
    settings: [...EQUAL, 'selection.known=600', 'selection.unknown=300', 'data.limit={train: 8000, validation: 500}'],
    methods: EVERY,
    seeds: [1, 2, 3, 4, 5],
  },
}

export function sortConfig({ config, settings }: Sort, further: readonly string[]): LoadedConfig {
  return studyConfig(config, [...settings, ...further])
}
