import { answerConfidence } from '../../evaluation/confidence/answer-confidence.js'
import { isRefusal } from '../../evaluation/judging/refusal/refusal.js'
import { answerLine } from '../../evaluation/judging/text/answer-line.js'
import { type AskedQuestion, answerPrompt } from '../../prompts/answer-prompt.js'
import { resolvePrompts } from '../../prompts/settings.js'
import { ModelSession } from '../context/model-session.js'
import { fullReporter, type RunReporter } from '../reporter.js'
import { outputRecord, scoredTargets } from '../stages/evaluation.js'
import { GREEDY } from '../stages/generated-batches.js'
import { requireTrainedWeights } from './base-weights.js'
import { thresholdsOf } from './thresholds.js'
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
  /** How sure the model is (docs/measures.md); null if it could not be asked. */
  confidence: number | null
  /** What the run set for this model: an answer whose confidence is not above it is better refused. Null: nothing more is refused. */
  threshold: number | null
  /** Whether the answer is no refusal, and its confidence is not above the threshold. */
  doubtful: boolean
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
    const thresholds = await thresholdsOf(run, { method, seed })
    const prompts = resolvePrompts(config.prompts)
    const answer = async (asked: 'initial' | 'tuned', question: AskedQuestion): Promise<GivenAnswer> => {
      const [model, instruction] = asked === 'initial' ? [initial, 'plain' as const] : [tuned, 'refuse' as const]
      const id = 'asked'
      const { thinkTokens } = config.model
      const targets = scoredTargets([question], prompts, thinkTokens)
      const sampling = { ...GREEDY, maxTokens: config.evaluation.maxTokens, stop: ['\n'], thinkTokens, targets }
      const threshold = thresholds[asked]
      for await (const row of model.generate([{ id, ...answerPrompt(question, instruction, prompts) }], { ...sampling, signal })) {
        const record = outputRecord({ id, options: question.options }, row)
        const text = record.output.trim()
        const refused = isRefusal(answerLine(text), prompts)
        const { confidence } = answerConfidence(record)
        return { text, refused, confidence, threshold, doubtful: !refused && threshold !== null && confidence <= threshold }
      }
      return { text: '', refused: false, confidence: null, threshold, doubtful: false }
    }
    return {
      method,
      seed,
      async ask(text, options = []) {
        const question: AskedQuestion = {
          question: text,
          ...(options.length === 0 ? { kind: 'oeqa' } : { kind: 'mcqa', options: [...options] }),
        }
        return { question: text, initial: await answer('initial', question), tuned: await answer('tuned', question) }
      },
      close: () => session.close(),
    }
  } catch (error) {
    await session.close()
    throw error
  }
}
