import { GraitError } from '../errors.js'
import { knowledgeFlow } from '../knowledge/flow.js'
import type { Candidate } from './method.js'

/** Leaves out every question whose correctness rose in the rehearsed model (CRaFT, section 3.2). */
export function withoutRisen(members: readonly Candidate[], notes: string[]): Candidate[] {
  const kept = members.filter((candidate) => knowledgeFlow(candidate.correctness, rehearsedCorrectness(candidate)) !== 'rose')
  if (kept.length === 0) {
    throw new GraitError(
      'empty_group',
      `no unknown question is left after the knowledge flow: the correctness of all ${members.length} rose in the rehearsed model`,
      { hint: 'Rehearse less (rehearsal.train), or give more questions.', details: { group: 'idk', dropped: members.length } },
    )
  }
  if (kept.length < members.length) {
    notes.push(`${members.length - kept.length} of ${members.length} unknown questions rose in the rehearsed model and are left out`)
  }
  return kept
}

function rehearsedCorrectness({ id, rehearsedCorrectness }: Candidate): number {
  if (typeof rehearsedCorrectness === 'number') return rehearsedCorrectness
  throw new GraitError('invalid_request', `question ${id}: its correctness at the rehearsed model is missing, so its flow is unknown`, {
    hint: 'Ask the rehearsed model as well (the flow stage).',
  })
}
