import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigInput } from '../../src/config/schema.js'

const SUBJECTS = ['rivers', 'metals', 'poets']

/** Multiple-choice questions that a random model answers by chance: some above 1 in 3, some below. */
export function writeTinyQuestions(dir: string, count: number): string {
  const path = join(dir, 'tiny.jsonl')
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      id: `t${index}`,
      kind: 'mcqa',
      question: `Question number ${index} asks about ${SUBJECTS[index % 3]}?`,
      options: [`the ${index} one`, `another ${index % 7}`, 'none of these'],
      answer: (index * 7) % 3,
      subject: SUBJECTS[index % 3],
    }),
  )
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

/** An experiment that the tiny random model goes through in seconds. */
export function tinyExperiment(tinyModel: string, questions: string, cache: string, python: string): ConfigInput {
  return {
    seed: 3,
    model: { source: `path:${tinyModel}`, dtype: 'float32' },
    data: { train: `jsonl:${questions}` },
    knowledge: { threshold: 0.33, shots: 1 },
    rehearsal: { count: 8, train: { epochs: 2, batchSize: 2 } },
    gradients: { projection: { dim: 64 } },
    selection: { known: 8, unknown: 4 },
    tuning: { train: { epochs: 6, batchSize: 2, learningRate: 0.01 } },
    evaluation: { maxTokens: 4, bootstrap: 200 },
    runtime: { python },
    cache: { dir: cache },
  }
}
