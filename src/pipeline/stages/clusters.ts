import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import { meaningClusters } from '../../evaluation/confidence/meaning-clusters.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { TestSet } from '../context/experiment-data.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { jsonLines, readJsonLines } from '../folder/json-lines-file.js'
import { embedDistinct, embeddingFacts } from './embedding.js'

interface ClusteredAnswers {
  id: string
  clusters: number[]
}

/** The groups of equal meaning among the drawn answers to each question of a set, by id: the number of the group of every answer. */
export async function clustersOfAnswers(
  context: RunContext,
  { name }: TestSet,
  sampled: { stage: FinishedStage; samples: ReadonlyMap<string, readonly string[]> },
): Promise<{ stage: FinishedStage; clusters: Map<string, number[]> }> {
  const stage = await obtainStage(
    context,
    {
      name: 'clusters',
      version: 1,
      inputs: { samples: sampled.stage.key, embedding: embeddingFacts(await context.session.identity()) },
      async compute({ files, resume }, working) {
        const drawn = [...sampled.samples].map(([id, texts]) => ({ id, texts: texts.map((text) => text.trim()) }))
        const embeddings = await embedDistinct(
          working,
          drawn.flatMap(({ texts }) => texts),
          join(resume, 'embeddings'),
          'clusters',
        )
        const records = drawn.map(({ id, texts }): ClusteredAnswers => {
          return { id, clusters: meaningClusters(texts.map((text) => embeddings.get(text) as Float32Array)) }
        })
        await writeFileAtomically(join(files, 'clusters.jsonl'), jsonLines(records))
      },
    },
    { start: `which of the answers to ${sampled.samples.size} questions of ${name} mean the same` },
  )
  const records = await readJsonLines<ClusteredAnswers>(join(stage.dir, 'clusters.jsonl'))
  return { stage, clusters: new Map(records.map(({ id, clusters }) => [id, clusters])) }
}
