import type { Message, WireSample } from '../../bridge/contract.js'
import { GraitError } from '../../errors.js'

/** A chat prompt: messages that the model's chat template renders, up to where the answer begins. */
export interface ChatPrompt {
  /** Unique within one call; given back with the answer. */
  id: string
  /** The turns so far; the last one is from the user. */
  messages: readonly Message[]
  prompt?: undefined
}

/** A text prompt, given to the model unchanged. */
export interface TextPrompt {
  /** Unique within one call; given back with the answer. */
  id: string
  /** The exact text to continue. */
  prompt: string
  messages?: undefined
}

/** A prompt for a model: chat messages or plain text. */
export type Prompt = ChatPrompt | TextPrompt

/** A training or gradient sample: a prompt and the target answer. The end-of-turn token is added. */
export type Sample = Prompt & {
  /** The answer on which the loss or gradient is computed; prompt tokens are masked. */
  target: string
  /** Weight of the sample's loss; default 1. */
  weight?: number | undefined
}

/** A prompt with the continuations to score. */
export type OptionsPrompt = Prompt & {
  /** The continuations; each is scored directly after the prompt. */
  options: readonly string[]
}

export interface WirePrompt {
  id: string
  messages: Message[] | null
  prompt: string | null
}

/** @throws GraitError `invalid_request` naming position and id, if neither or both of messages and prompt are given, or an id is repeated. */
export function wirePrompts(prompts: readonly Prompt[], list = 'items'): WirePrompt[] {
  refuseRepeatedIds(prompts, list)
  return prompts.map((prompt, index) => wirePrompt(prompt, `${list}[${index}]`))
}

/** @throws GraitError `invalid_request`, also for a weight that is negative or not a number. */
export function wireSamples(samples: readonly Sample[]): WireSample[] {
  const prompts = wirePrompts(samples, 'samples')
  refuseBadWeights(samples)
  return samples.map((sample, index) => ({ ...prompts[index]!, target: sample.target, weight: sample.weight ?? 1 }))
}

function refuseBadWeights(samples: readonly Sample[]): void {
  for (const [index, { id, weight = 1 }] of samples.entries()) {
    if (Number.isFinite(weight) && weight >= 0) continue
    throw new GraitError('invalid_request', `samples[${index}] (id ${JSON.stringify(id)}): the weight is ${weight}`, {
      hint: 'Give a number of at least 0; without a weight it is 1.',
    })
  }
}

/** @throws GraitError `invalid_request` where every weight is 0: a training would end with the adapter that it began with. */
export function refuseNothingToLearn(samples: readonly Sample[]): void {
  if (samples.length === 0 || samples.some(({ weight }) => weight !== 0)) return
  throw new GraitError('invalid_request', 'every sample has weight 0, so nothing would be learned', {
    hint: 'Give at least one sample a weight above 0.',
  })
}

function wirePrompt({ id, messages, prompt }: Prompt, where: string): WirePrompt {
  if ((messages === undefined) === (prompt === undefined)) {
    const problem = messages === undefined ? 'has neither messages nor prompt' : 'has both messages and prompt'
    throw new GraitError('invalid_request', `${where} (id ${JSON.stringify(id)}) ${problem}`, { hint: 'Give exactly one of them.' })
  }
  if (messages !== undefined && messages.at(-1)?.role === 'assistant') {
    throw new GraitError(
      'invalid_request',
      `${where} (id ${JSON.stringify(id)}): the last message is the assistant's, so there is nothing to answer`,
      {
        hint: "End with the user's message; what the model is to say is a sample's target.",
      },
    )
  }
  return { id, messages: messages === undefined ? null : [...messages], prompt: prompt ?? null }
}

function refuseRepeatedIds(prompts: readonly Prompt[], list: string): void {
  const first = new Map<string, number>()
  for (const [index, { id }] of prompts.entries()) {
    if (typeof id !== 'string') {
      throw new GraitError('invalid_request', `${list}[${index}] has no id`, { hint: 'Give every item an id, a text of its own.' })
    }
    if (!id.isWellFormed()) throw new GraitError('invalid_request', `${list}[${index}]: the id is not valid Unicode text`)
    const earlier = first.get(id)
    if (earlier !== undefined) {
      throw new GraitError('invalid_request', `${list}[${index}] has the id ${JSON.stringify(id)} of ${list}[${earlier}]`, {
        hint: 'Give every item its own id.',
      })
    }
    first.set(id, index)
  }
}
