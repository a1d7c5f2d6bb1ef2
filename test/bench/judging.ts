import { loadDataset } from '../../src/data/dataset.js'
import { GraitError } from '../../src/errors.js'
import { type Costs, multipleChoiceCosts, openEndedCosts } from '../evaluation/judging/judging-costs.js'
import { alone, type Benchmark } from './bench-line.js'

const OPEN_ENDED = ['triviaqa:train', 'triviaqa:dev', 'nq:dev']
const MULTIPLE_CHOICE = ['mmlu:test', 'mmlu:val', 'mmlu:dev', 'arc-challenge:dev', 'arc-easy:dev']

/** What the rules of judging cost on the real questions in GRAIT_DATA: right texts that are missed, answers of other questions that hit. */
export const judging: Benchmark = async (report) => {
  const dir = process.env['GRAIT_DATA']
  if (dir === undefined) throw new GraitError('usage', 'GRAIT_DATA names no folder', { hint: 'Name the folder of the real data sets.' })
  const tell = (name: string, { own, missed, others, falseHits }: Costs) => {
    report(alone({ name: `judging/${name}/missed`, what: `right texts missed, of ${own}`, unit: '' }, missed.length))
    report(
      alone({ name: `judging/${name}/false-hits`, what: `answers of other questions that hit, of ${others}`, unit: '' }, falseHits.length),
    )
  }
  for (const name of OPEN_ENDED) tell(name, openEndedCosts((await loadDataset({ name, dir })).questions))
  for (const name of MULTIPLE_CHOICE) tell(name, multipleChoiceCosts((await loadDataset({ name, dir })).questions))
}
