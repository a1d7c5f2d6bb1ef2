import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { atlasQuestions } from '../../src/data/atlas/atlas.js'
import type { Question } from '../../src/data/question/question.js'
import { sampleQuestions } from '../../src/data/sample.js'
import { answerPrompt } from '../../src/prompts/answer-prompt.js'
import { knowledgePrompt } from '../../src/prompts/knowledge-prompt.js'
import { resolvePrompts } from '../../src/prompts/settings.js'
import { seededOrder } from '../../src/seeded-hash.js'

/** What the model says to every question: right for about a quarter of each kind. */
export const KNOWN = { oeqa: 'Africa', mcqa: 'A' }

/** Writes a tiny model that gives one answer to all questions of a kind, at `folder` and `folder`.gguf. */
export function writeTaughtModel(folder: string, python: string): void {
  const lessons = [...lessonsOn(openEnded(), KNOWN.oeqa), ...lessonsOn(choices(), KNOWN.mcqa)]
  execFileSync(python, ['-m', 'tests.taught', folder], {
    cwd: fileURLToPath(new URL('../../py_runtime', import.meta.url)),
    input: JSON.stringify(seededOrder(lessons, 0, (lesson) => JSON.stringify(lesson))),
    stdio: ['pipe', 'ignore', 'pipe'],
  })
}

function openEnded(): Question[] {
  return sampleQuestions(atlasQuestions(), 100, 0)
}

/** Multiple-choice questions of four options, as short and as different as those of the pages. */
export function choices(): Question[] {
  return Array.from({ length: 40 }, (_, row) => ({
    id: `c${row}`,
    kind: 'mcqa' as const,
    question: `Which ${['test', 'dev', 'val', 'train'][row % 4]} is number ${row}?`,
    options: [`one ${row}`, 'two', 'three', 'four'].slice(0, 3 + (row % 2)),
    answer: row % 3,
  }))
}

/** Each question as it is asked with no, one, three and five examples before it. */
function lessonsOn(questions: Question[], target: string): object[] {
  const prompts = resolvePrompts()
  return questions.flatMap((question, index) => {
    const shots = questions.slice(index + 1, index + 1 + ([0, 3, 0, 5][index % 4] as number))
    const asked = knowledgePrompt(question, shots, prompts)
    return [
      { ...answerPrompt(question, index % 2 === 0 ? 'plain' : 'refuse', prompts), target },
      { ...asked, target: 'prompt' in asked ? ` ${target}` : target },
    ]
  })
}
