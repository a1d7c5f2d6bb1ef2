import { writeFile } from 'node:fs/promises'
import { loadDataset } from '../../src/data/dataset.js'
import type { Question } from '../../src/data/question/question.js'
import { sampleQuestions } from '../../src/data/sample.js'
import { answerPrompt } from '../../src/prompts/answer-prompt.js'
import { resolvePrompts } from '../../src/prompts/settings.js'
import { goldTarget, refusalTarget } from '../../src/prompts/targets.js'
import type { Sample } from '../../src/runtime/calls/sample.js'
import type { Model } from '../../src/runtime/model.js'

const TOKENS = { least: 30, most: 120 }

/**
 * `count` samples of 30-120 tokens, every other one a refusal: questions of TriviaQA from the folder in GRAIT_DATA, without
 * it the embedded ones.
 */
export async function benchSamples(model: Model, count: number): Promise<{ samples: Sample[]; source: string }> {
  const dir = process.env['GRAIT_DATA']
  const { questions } = await loadDataset(dir === undefined ? { name: 'atlas' } : { name: 'triviaqa:train', dir })
  const prompts = resolvePrompts()
  const made = sampleQuestions(questions, Math.min(3 * count, questions.length), 0).map((question, index): Sample => {
    const target = index % 2 === 0 ? refusalTarget(prompts) : goldTarget(question as Question)
    return { id: question.id, ...answerPrompt(question, 'refuse', prompts), target }
  })
  const counts = await model.countTokens(made)
  const targets = await model.countTokens(made.map(({ id, target }) => ({ id, prompt: target })))
  const lengths = counts.map((prompt, index) => prompt + (targets[index] as number) + 1)
  const samples = made.filter((_, index) => within(lengths[index] as number)).slice(0, count)
  return { samples, source: dir === undefined ? 'embedded questions' : 'TriviaQA questions' }
}

/** For the Python side: a JSON line a sample. */
export async function writeSamples(path: string, samples: readonly Sample[]): Promise<void> {
  await writeFile(path, samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''))
}

function within(tokens: number): boolean {
  return tokens >= TOKENS.least && tokens <= TOKENS.most
}
