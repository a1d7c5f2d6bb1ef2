import { isRefusal } from '../../evaluation/judging/refusal/refusal.js'
import { answerLine } from '../../evaluation/judging/text/answer-line.js'
import { type AskedQuestion, answerPrompt } from '../../prompts/answer-prompt.js'
import { resolvePrompts } from '../../prompts/settings.js'
import type { Model } from '../../runtime/model.js'
import { ModelSession } from '../context/model-session.js'
import { fullReporter, type RunReporter } from '../reporter.js'
import { requireTrainedWeights } from './base-weights.js'
import { findTuned, type TunedChoice } from './tuned-model.js'

/** Options of `openConversation`: which tuned model to ask, and how to follow the work. */
export interface AskOptions extends TunedChoice {
  reporter?: RunReporter | undefined
  signal?: AbortSignal | undefined
  /** A runtime that `grait serve` keeps alive; see RunOptions. */
  attach?: string | null | undefined
}

/** One answer of a model, and whether it is a refusal. */
export interface GivenAnswer {
  /** The first line. */
  text: string
  /** Whether the answer is a refusal. */
  refused: boolean
}

/** The answers of the initial and the tuned model to one question. */
export interface AnswerPair {
  question: string
  initial: GivenAnswer
  tuned: GivenAnswer
}

/** The initial and the tuned model of a run, ready to answer. Close it when done; otherwise the process keeps running. */
export interface Conversation {
  method: string
  seed: number
  /**
   * Asks both models one question.
   * @param options the options of a multiple-choice question
   */
  ask(question: string, options?: readonly string[]): Promise<AnswerPair>
  /** Frees both models. */
  close(): Promise<void>
}

/**
 * Opens the initial and the tuned model of a finished run. They are asked as in its evaluation: greedy decoding, no examples, the
 * initial model with the plain instruction, the tuned one with the instruction that allows refusing.
 * @throws GraitError if the run has no tuned model (findTuned) or its model can't be loaded
 */
export async function openConversation({ reporter: listener, signal, attach, ...choice }: AskOptions): Promise<Conversation> {
  const reporter = fullReporter(listener)
  const { run, config, method, seed, adapter } = await findTuned(choice)
  const session = new ModelSession(config, reporter, signal, { attach, verify: choice.verify })
  try {
    const initial = await session.model()
    await requireTrainedWeights({ run, config }, { info: initial.info, ...config.model })
    const tuned = await session.model(adapter)
    const prompts = resolvePrompts(config.prompts)
    const answer = async (model: Model, question: AskedQuestion, instruction: 'plain' | 'refuse'): Promise<GivenAnswer> => {
      const prompt = { id: 'asked', ...answerPrompt(question, instruction, prompts) }
      const { thinkTokens } = config.model
      const sampling = { samples: 1, temperature: 0, maxTokens: config.evaluation.maxTokens, stop: ['\n'], seed: 0, thinkTokens }
      for await (const { texts } of model.generate([prompt], { ...sampling, signal })) {
        const text = (texts[0] ?? '').trim()
        return { text, refused: isRefusal(answerLine(text), prompts) }
      }
      return { text: '', refused: false }
    }
    return {
      method,
      seed,
      async ask(text, options = []) {
        const question: AskedQuestion = {
          question: text,
          ...(options.length === 0 ? { kind: 'oeqa' } : { kind: 'mcqa', options: [...options] }),
        }
        return { question: text, initial: await answer(initial, question, 'plain'), tuned: await answer(tuned, question, 'refuse') }
      },
      close: () => session.close(),
    }
  } catch (error) {
    await session.close()
    throw error
  }
}
