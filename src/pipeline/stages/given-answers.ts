import { join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import { type GivenAnswer, readGivenAnswers } from '../../data/files/given-answers.js'
import type { Question } from '../../data/question/question.js'
import type { Knowledge } from '../../knowledge/knowledge.js'
import { mcqaKnowledge } from '../../knowledge/mcqa.js'
import { refuseNone, warnOfFailures } from '../cache/planned-batches.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import { obtainStage, type RunContext } from '../context/run-context.js'
import { jsonLines } from '../folder/json-lines-file.js'
import { embeddingFacts } from './embedding.js'
import { judgeSamples } from './judge-samples.js'

/** Computes knowledge from given answers (`knowledge.answers`), instead of asking the model. */
export async function givenAnswersStage(context: RunContext, path: string): Promise<FinishedStage> {
  const { data, session, reporter, signal } = context
  const given = await readGivenAnswers(path, signal)
  const sampled = [...given.values()].some((answer) => 'samples' in answer)
  const embedder = sampled ? embeddingFacts(await session.identity()) : null
  return obtainStage(
    context,
    {
      name: 'knowledge',
      version: 2,
      inputs: { questions: data.trainDigest, given: data.digest([...given.values()]), judging: data.judging, embedder },
      async compute({ files, resume }, working) {
        const found = new Map<string, Knowledge>()
        const samples = new Map<string, string[]>()
        const failures: { id: string; message: string }[] = []
        for (const question of data.train) {
          const answer = given.get(question.id)
          const problem = mismatch(question, answer)
          if (problem !== undefined) failures.push({ id: question.id, message: problem })
          else if (answer !== undefined && 'samples' in answer) {
            samples.set(question.id, answer.samples)
          } else if (answer !== undefined) {
            found.set(question.id, mcqaKnowledge(question.id, Float64Array.from(answer.probabilities, Math.log), question.answer as number))
          }
        }
        warnOfFailures(reporter, 'questions', failures)
        if (samples.size > 0) await judgeSamples(working, samples, resume, 'knowledge', found)
        refuseNone('questions', found.size, failures)
        const records = data.train.flatMap((question) => found.get(question.id) ?? [])
        await writeFileAtomically(join(files, 'answers.jsonl'), jsonLines(records))
      },
    },
    { start: `reading the answers to ${data.train.length} questions from ${path}` },
  )
}

function mismatch(question: Question, answer: GivenAnswer | undefined): string | undefined {
  if (answer === undefined) return 'no answer to it was given'
  if ('samples' in answer) return question.kind === 'oeqa' ? undefined : 'samples were given to a multiple-choice question'
  if (question.kind === 'oeqa') return 'probabilities were given to an open-ended question'
  const options = question.options?.length ?? 0
  if (answer.probabilities.length !== options) return `${answer.probabilities.length} probabilities for ${options} options`
  return answer.probabilities.some((p) => p > 0) ? undefined : 'all probabilities are 0'
}
