import type { Study } from './study.js'
import * as variants from './variants.js'

const BASE = { config: 'study.yaml', settings: [], seeds: [1, 2, 3] } as const

export const studies: Record<string, Study> = {
  'training-set': {
    ...BASE,
    question: 'How many questions, how often, how heavily?',
    arms: [
      { name: '200:100, 1 epoch', settings: [], methods: ['grait', 'cor-rait'] },
      { name: '200:100, 2 epochs', settings: ['tuning.train.epochs=2'], methods: ['grait', 'cor-rait'] },
      { name: 'mean weight 1', settings: ['weighting.mean=1'], methods: ['grait'] },
      { name: '200:150', settings: ['selection.unknown=150'], methods: ['grait', 'cor-rait'] },
    ],
  },
  selection: {
    ...BASE,
    question: 'Which questions?',
    arms: [
      {
        name: '',
        settings: [],
        methods: [
          variants.bySubject,
          variants.bySubjectSure,
          variants.sure,
          variants.bySubjectInfluence,
          variants.bySubjectDifference,
          variants.influenceDifference,
          variants.randomKnown,
        ],
      },
    ],
  },
}
