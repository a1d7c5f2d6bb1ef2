import { join } from 'node:path'
import { givingWay } from '../../cancellation.js'
import { judge } from '../../evaluation/judging/judge.js'
import type { Knowledge } from '../../knowledge/knowledge.js'
import { oeqaKnowledge } from '../../knowledge/oeqa.js'
import type { RunContext } from '../context/run-context.js'
import { embedDistinct } from './embedding.js'

/** Correctness and certainty of open-ended questions from their samples. */
export async function judgeSamples(
  context: RunContext,
  texts: ReadonlyMap<string, readonly string[]>,
  resume: string,
  stage: string,
  found: Map<string, Knowledge>,
): Promise<void> {
  const { data, signal } = context
  const trimmed = new Map([...texts].map(([id, drawn]) => [id, drawn.map((text) => text.trim())]))
  const embeddings = await embedDistinct(context, [...trimmed.values()].flat(), join(resume, 'embeddings'), stage)
  const giveWay = givingWay(signal)
  for (const [id, drawn] of trimmed) {
    await giveWay()
    const right = drawn.map((text) => judge(data.question(id), text, data.judging).outcome === 'correct')
    const knowledge = oeqaKnowledge(
      id,
      drawn,
      right,
      drawn.map((text) => embeddings.get(text) as Float32Array),
    )
    found.set(id, knowledge)
  }
}
