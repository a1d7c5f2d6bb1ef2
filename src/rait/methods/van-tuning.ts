import { GraitError } from '../../errors.js'
import { takeFirst } from '../groups.js'
import type { Method } from '../method.js'
import { shuffled } from '../order.js'

/** Ordinary instruction tuning: as many questions as the other methods use, known or not, all with their gold answers. */
export const vanTuning: Method = {
  id: 'van-tuning',
  description: 'random questions of all, gold answers, no refusals',
  needs: { influence: false },
  select(candidates, request) {
    if (candidates.length === 0) throw new GraitError('empty_group', 'there are no questions to train on')
    const notes: string[] = []
    const taken = takeFirst(shuffled(candidates, request.seed), request.known + request.unknown, 'questions', request, notes)
    return { chosen: taken.map(({ id, group }) => ({ id, group, target: 'gold', weight: 1 })), notes }
  },
}
