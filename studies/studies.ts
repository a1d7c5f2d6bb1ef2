import { methods } from 'grait'
import { clusteredContrast } from './clusters.js'
import type { CompositionArm } from './composition.js'
import { foresight } from './foresight.js'
import { guarded } from './guarded.js'
import { withoutRedundancy } from './redundancy.js'
import { contrastAtBoundary, contrastBelowAverage, contrastLearnable, contrastWithoutRisen } from './refined-contrast.js'
import type { Study } from './study.js'
import * as variants from './variants.js'

const BASE = { config: 'study.yaml', settings: [], seeds: [1, 2, 3] } as const
/** Two epochs; three times the validation questions, divided otherwise than those that anything was seen of. */
const TWICE_ON_MANY = [
  'weighting.mean=1',
  'tuning.train.epochs=2',
  'data.split.seed=3',
  'data.split.validation=0.45',
  'data.split.test=0.05',
]

export const studies: Record<string, Study> = {
  'training-set': {
    ...BASE,
    // How many questions, how often, how heavily?
    arms: [
      { name: '200:100, 1 epoch', settings: [], methods: ['grait', 'cor-rait'] },
      { name: 'mean weight 1', settings: ['weighting.mean=1'], methods: ['grait'] },
      { name: '200:150', settings: ['selection.unknown=150'], methods: ['grait', 'cor-rait'] },
      { name: '200:200', settings: ['selection.unknown=200'], methods: ['grait'] },
      { name: 'temperature 0.5', settings: ['weighting.temperature=0.5'], methods: ['grait'] },
    ],
  },
  'more-training': {
    ...BASE,
    // Does it help to see the questions twice?
    settings: ['weighting.mean=1'],
    arms: [{ name: '2 epochs', settings: ['tuning.train.epochs=2'], methods: ['grait', 'grait-contrast', 'cor-rait'] }],
  },
  selection: {
    ...BASE,
    // Which questions?
    arms: [
      {
        name: '',
        settings: [],
        methods: [
          variants.evenSubjects,
          variants.covering('covering', 0),
          variants.covering('covering-guarded', 1),
          variants.bySubjectSure,
          variants.promoted,
          variants.bySubjectDifference,
        ],
      },
    ],
  },
  redundancy: {
    ...BASE,
    // Does it help to pick refusals that are unlike one another?
    arms: [{ name: '', settings: [], methods: [withoutRedundancy] }],
  },
  'by-subject': {
    ...BASE,
    // Does it help every method to keep the share of each subject?
    settings: ['weighting.mean=1', 'selection.bySubject=true'],
    arms: [{ name: '', settings: [], methods: ['grait', 'grait-contrast', 'cor-rait'] }],
  },
  clusters: {
    ...BASE,
    // Do gradients tell subjects apart where the questions name none?
    settings: ['weighting.mean=1'],
    arms: [{ name: '', settings: [], methods: [clusteredContrast(4), clusteredContrast(8), clusteredContrast(16)] }],
  },
  refined: {
    ...BASE,
    // Can contrast inside subjects be had without refusing what the tuning would have taught?
    settings: TWICE_ON_MANY,
    reference: 'grait',
    arms: [
      {
        name: '',
        settings: [],
        methods: [
          'grait',
          'cor-rait',
          'grait-contrast',
          contrastWithoutRisen,
          contrastBelowAverage,
          contrastAtBoundary,
          clusteredContrast(8),
        ],
      },
    ],
  },
  guarded: {
    ...BASE,
    // Does it help to hold on to what the refusals endanger?
    settings: TWICE_ON_MANY,
    reference: 'grait',
    arms: [{ name: '', settings: [], methods: ['grait', guarded('guarded', 0.05, 0), guarded('guarded-floor', 0.05, 1)] }],
  },
  learnable: {
    ...BASE,
    // Does it help to rehearse so much that it shows what the tuning will teach?
    settings: [...TWICE_ON_MANY, 'rehearsal.count=200', 'rehearsal.train.learningRate=0.001', 'rehearsal.train.batchSize=4'],
    reference: 'grait',
    arms: [{ name: '', settings: [], methods: [contrastLearnable, 'grait', foresight] }],
  },
  form: {
    ...BASE,
    // Of which gradients?
    settings: ['weighting.mean=1'],
    arms: [{ name: 'sgd', settings: ['gradients.form=sgd'], methods: ['grait', 'grait-contrast'] }],
  },
  'every-method': {
    config: 'quickstart.yaml',
    // Where does each method stand on the quick start?
    settings: [],
    seeds: [1, 2, 3],
    reference: 'grait',
    arms: [{ name: '', settings: [], methods: methods.map(({ id }) => id) }],
  },
  // Once, after the choice: nothing may be chosen by it.
  test: {
    ...BASE,
    // Does the chosen method hold on questions that nothing was chosen on?
    settings: ['evaluation.split=test', 'weighting.mean=1'],
    seeds: [1, 2, 3, 4, 5],
    reference: 'grait-contrast',
    arms: [{ name: '', settings: [], methods: ['cor-rait', 'corcer-rait', 'craft', 'grait', 'grait-contrast'] }],
  },
}

/** What GRAIT would refuse if its gradients were taken otherwise. */
export const compositionArms: readonly CompositionArm[] = [
  { name: 'adam, 8192 dimensions, rehearsed', settings: [] },
  { name: 'contrast, by subject', settings: ['selection.method=grait-contrast'] },
  { name: 'known from 0.3', settings: ['knowledge.threshold=0.3'] },
  { name: 'known from 0.7', settings: ['knowledge.threshold=0.7'] },
  { name: 'sgd', settings: ['gradients.form=sgd'] },
  { name: '1024 dimensions', settings: ['gradients.projection.dim=1024'] },
  { name: 'initial model', settings: ['rehearsal.train.epochs=0'] },
  { name: 'attention only', settings: ['rehearsal.lora.targets=[q_proj, k_proj, v_proj, o_proj]'] },
]
