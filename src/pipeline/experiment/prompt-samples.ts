import type { CancelOptions } from '../../cancellation.js'
import type { Question } from '../../data/question/question.js'
import { answerPrompt } from '../../prompts/answer-prompt.js'
import { knowledgePrompt, scoredOptions } from '../../prompts/knowledge-prompt.js'
import { type PromptSettings, resolvePrompts } from '../../prompts/settings.js'
import { goldTarget, refusalTarget } from '../../prompts/targets.js'
import type { Prompt } from '../../runtime/calls/sample.js'
import type { Model } from '../../runtime/model.js'

/** One prompt as the model reads it, with what follows it. */
export interface PromptSample {
  /** Which stage asks it, and with which instruction. */
  use: string
  kind: Question['kind']
  /** Id of the question. */
  id: string
  /** The text of the prompt's tokens, special tokens included. */
  prompt: string
  promptTokens: number
  /** What is trained on, with its end-of-turn token; null where the model answers by itself. */
  target: string | null
  /** The continuations whose probabilities are compared; empty where the model writes. */
  scored: string[]
  /** The tokens and texts that end an answer; empty where options are scored. */
  stop: string[]
}

/** Where the samples come from: questions, worked examples and wording. */
export interface PromptSource {
  questions: readonly Question[]
  shotsFor(question: Question): readonly Question[]
  settings: PromptSettings
}

/** Renders one prompt of each use, for the first question of each kind. */
export async function promptSamples(model: Model, source: PromptSource, { signal }: CancelOptions = {}): Promise<PromptSample[]> {
  const asked = (['mcqa', 'oeqa'] as const).flatMap((kind) => {
    const question = source.questions.find((other) => other.kind === kind)
    return question === undefined ? [] : usesOf(question, source)
  })
  const rendered = await model.renderPrompts(
    asked.map(({ prompt }, index) => ({ ...prompt, id: String(index) })),
    { signal },
  )
  return asked.map(({ use, question, scored }, index) => {
    const { prompt, promptTokens, target } = rendered.prompts[index] as (typeof rendered.prompts)[number]
    const stop = scored.length > 0 ? [] : [...rendered.stopTokens, ...(target === null ? ['\n'] : [])]
    return { use, kind: question.kind, id: question.id, prompt, promptTokens, target, scored, stop }
  })
}

/** The samples of a model that no run is planned for: two questions, with the default wording. */
export function samplesOfModel(model: Model, options: CancelOptions = {}): Promise<PromptSample[]> {
  const shotsFor = ({ kind }: Question) => SHOTS.filter((shot) => shot.kind === kind)
  return promptSamples(model, { questions: QUESTIONS, shotsFor, settings: resolvePrompts() }, options)
}

interface Use {
  use: string
  question: Question
  prompt: Prompt & { target?: string | undefined }
  scored: string[]
}

function usesOf(question: Question, { shotsFor, settings }: PromptSource): Use[] {
  const shots = shotsFor(question)
  const answered = (use: string, instruction: 'plain' | 'refuse', target?: string): Use => ({
    use,
    question,
    prompt: { id: question.id, ...answerPrompt(question, instruction, settings), target },
    scored: [],
  })
  const query = { id: question.id, ...knowledgePrompt(question, shots, settings) } as Prompt
  return [
    { use: `knowledge, worked examples: ${shots.length}`, question, prompt: query, scored: scoredOptions(question) },
    answered('rehearsal', 'plain', goldTarget(question)),
    answered('tuning, known question', 'refuse', goldTarget(question)),
    answered('gradients and tuning, unknown question', 'refuse', refusalTarget(settings)),
    answered('evaluation, init-basic', 'plain'),
    answered('evaluation, init-refuse and every method', 'refuse'),
  ]
}

const QUESTIONS: Question[] = [
  { id: 'choice', kind: 'mcqa', question: 'Which is a noble gas?', options: ['Iron', 'Neon', 'Chlorine'], answer: 1 },
  { id: 'open', kind: 'oeqa', question: 'Who wrote Faust?', answers: ['Goethe'] },
]
const SHOTS: Question[] = [
  { id: 'example-choice', kind: 'mcqa', question: 'Which planet has rings?', options: ['Mars', 'Venus', 'Saturn'], answer: 2 },
  { id: 'example-open', kind: 'oeqa', question: 'What is the capital of France?', answers: ['Paris'] },
]
