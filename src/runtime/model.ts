import type { Request, Result } from '../bridge/contract.js'
import type { CallOptions } from '../bridge/open-call.js'
import { DEFAULT_MODEL } from '../config/default-model.js'
import { GraitError } from '../errors.js'
import { Adapter } from './calls/adapter.js'
import { type Generation, type GenerationBatch, generate, generateBatches, SAMPLING, type SamplingOptions } from './calls/generate.js'
import {
  FEATURES,
  type FeatureBatch,
  type FeatureOptions,
  type FeatureRow,
  gradientFeatureBatches,
  gradientFeatures,
} from './calls/gradient-features.js'
import {
  type HiddenStates,
  type HiddenStatesBatch,
  hiddenStateBatches,
  hiddenStates,
  STATES,
  type StateOptions,
} from './calls/hidden-states.js'
import type { RuntimeHost } from './calls/host.js'
import { type OptionNames, refuseUnknownOptions } from './calls/known-options.js'
import { mergeAdapter } from './calls/merge-adapter.js'
import { type AdapterSource, absoluteSource, adapterPath } from './calls/paths.js'
import { type OptionsPrompt, type Prompt, type Sample, wirePrompts } from './calls/sample.js'
import { type OptionScores, type OptionScoresBatch, scoreOptionBatches, scoreOptions } from './calls/score-options.js'
import { BATCHES, type BatchOptions, CALL, type Plan, ROWS, type RowOptions } from './calls/stream-options.js'
import { TRAIN_LORA, type TrainLoraOptions, trainLora } from './calls/train-lora.js'

/** Options of `loadModel`: which model to load, and how. */
export interface LoadModelOptions extends CallOptions {
  /** Model source: `embedded:smollm2-135m-instruct` (the default), `path:DIR`, `gguf:FILE` or `hub:ORG/NAME[/FILE.gguf][@REVISION]`. */
  source?: string | undefined
  /** Data type of the weights; default `auto`: the fastest on this machine. */
  dtype?: Request<'loadModel'>['dtype'] | undefined
  /** Quantization; default `none`. `nf4`: 4-bit base weights; start the runtime with `extras: ['nf4']`, or run `grait setup --nf4` once. */
  quantization?: Request<'loadModel'>['quantization'] | undefined
  /**
   * A LoRA adapter that the model begins with: `path:DIR` or `hub:ORG/NAME[@REVISION]`; default none. It is merged into the weights when
   * they are loaded, and training goes on from there with a new adapter.
   */
  baseAdapter?: string | null | undefined
  /** A LoRA adapter to apply to the weights; default none. */
  adapter?: AdapterSource | null | undefined
  /** Variables passed to the chat template, e.g. {enable_thinking: true}; `date` (YYYY-MM-DD) is the day that it is given for today. */
  templateOptions?: Request<'loadModel'>['templateOptions'] | undefined
  /**
   * Read every byte of the model's files to compute `revision`. Default: large files are read again only if they were touched.
   * It takes as long as reading them: one to three seconds for each GB.
   */
  verify?: boolean | undefined
}

const LOAD_MODEL: OptionNames<LoadModelOptions> = {
  ...CALL,
  source: true,
  dtype: true,
  quantization: true,
  baseAdapter: true,
  adapter: true,
  templateOptions: true,
  verify: true,
}

/** Facts about a loaded model: revision, architecture, dtype, device, number of parameters, context length, end-of-turn token. */
export interface ModelInfo extends Omit<Result<'loadModel'>, 'model'> {}

/** Prompts and targets as a model reads them, and the tokens that end an answer. */
export interface RenderedPrompts extends Result<'renderPrompts'> {}

/**
 * A loaded language model, which scores, generates, trains LoRA adapters and computes gradient features.
 * Streaming methods start when the first element is requested and stop when the loop ends. Most stream rows in input order; those
 * ending in Batches yield planned batches as they are finished, so that a stream can be resumed, and return the plan.
 */
export class Model {
  /** Facts about the model: revision, architecture, dtype, device, sizes. */
  readonly info: ModelInfo
  readonly #host: RuntimeHost
  readonly #loaded: string
  #unloaded: Promise<void> | undefined

  private constructor(host: RuntimeHost, { model, ...info }: Result<'loadModel'>) {
    this.#host = host
    this.#loaded = model
    this.info = info
  }

  /** @internal Models come from Runtime.loadModel. */
  static async load(host: RuntimeHost, options: LoadModelOptions): Promise<Model> {
    refuseUnknownOptions('loadModel', options, LOAD_MODEL)
    const request = {
      source: absoluteSource(options.source ?? DEFAULT_MODEL),
      dtype: options.dtype ?? 'auto',
      quantization: options.quantization ?? 'none',
      baseAdapter: options.baseAdapter == null ? null : absoluteSource(options.baseAdapter),
      adapter: options.adapter == null ? null : adapterPath(options.adapter),
      templateOptions: options.templateOptions ?? {},
      verify: options.verify ?? false,
    }
    return new Model(host, await host.client.call('loadModel', request, options))
  }

  /**
   * Scores options: log p(option | prompt) of each, nats, summed over its tokens, so longer options score lower; no end-of-turn token
   * is added. An option is appended to the prompt verbatim: write it without a leading space after messages, usually with one after text,
   * and with one where the prompt ends with "Answer:" (messages to a model without a chat template).
   */
  scoreOptions(items: Iterable<OptionsPrompt>, options: RowOptions = {}): AsyncGenerator<OptionScores, void, undefined> {
    refuseUnknownOptions('scoreOptions', options, ROWS)
    return scoreOptions(this.#host.client, this.#handle, [...items], options)
  }

  /** Scores options in planned batches, as they are finished; returns the plan. See `scoreOptions`. */
  scoreOptionBatches(items: Iterable<OptionsPrompt>, options: BatchOptions = {}): AsyncGenerator<OptionScoresBatch, Plan, undefined> {
    refuseUnknownOptions('scoreOptionBatches', options, BATCHES)
    return scoreOptionBatches(this.#host.client, this.#handle, [...items], options)
  }

  /** Generates `samples` continuations of every prompt. */
  generate(prompts: Iterable<Prompt>, options: SamplingOptions & RowOptions = {}): AsyncGenerator<Generation, void, undefined> {
    refuseUnknownOptions('generate', options, { ...SAMPLING, ...ROWS })
    return generate(this.#host.client, this.#handle, [...prompts], options)
  }

  /** Generates continuations in planned batches, as they are finished; returns the plan. See `generate`. */
  generateBatches(
    prompts: Iterable<Prompt>,
    options: SamplingOptions & BatchOptions = {},
  ): AsyncGenerator<GenerationBatch, Plan, undefined> {
    refuseUnknownOptions('generateBatches', options, { ...SAMPLING, ...BATCHES })
    return generateBatches(this.#host.client, this.#handle, [...prompts], options)
  }

  /** Reads the hidden states at the last token of every prompt, after each of `options.layers`. */
  hiddenStates(prompts: Iterable<Prompt>, options: StateOptions & RowOptions): AsyncGenerator<HiddenStates, void, undefined> {
    refuseUnknownOptions('hiddenStates', options, { ...STATES, ...ROWS })
    return hiddenStates(this.#host.client, this.#handle, [...prompts], options)
  }

  /** Reads hidden states in planned batches, as they are finished; returns the plan. See `hiddenStates`. */
  hiddenStateBatches(prompts: Iterable<Prompt>, options: StateOptions & BatchOptions): AsyncGenerator<HiddenStatesBatch, Plan, undefined> {
    refuseUnknownOptions('hiddenStateBatches', options, { ...STATES, ...BATCHES })
    return hiddenStateBatches(this.#host.client, this.#handle, [...prompts], options)
  }

  /** Trains a LoRA adapter; the model itself does not change. */
  async trainLora(samples: Iterable<Sample>, options: TrainLoraOptions = {}): Promise<Adapter> {
    refuseUnknownOptions('trainLora', options, TRAIN_LORA)
    const result = await trainLora(this.#host, this.#handle, [...samples], options)
    return new Adapter(this.#host, () => this.#handle, result)
  }

  /** Computes the gradient of every sample's loss at `options.adapter`, as a feature vector. */
  gradientFeatures(samples: Iterable<Sample>, options: FeatureOptions & RowOptions): AsyncGenerator<FeatureRow, void, undefined> {
    refuseUnknownOptions('gradientFeatures', options, { ...FEATURES, ...ROWS })
    return gradientFeatures(this.#host.client, this.#handle, [...samples], options)
  }

  /** Computes gradient features in planned batches, as they are finished; returns the plan. See `gradientFeatures`. */
  gradientFeatureBatches(samples: Iterable<Sample>, options: FeatureOptions & BatchOptions): AsyncGenerator<FeatureBatch, Plan, undefined> {
    refuseUnknownOptions('gradientFeatureBatches', options, { ...FEATURES, ...BATCHES })
    return gradientFeatureBatches(this.#host.client, this.#handle, [...samples], options)
  }

  /** Writes this model with the adapter merged into its weights to `folder`, which must be empty or missing; returns its absolute path. */
  async mergeAdapter(adapter: AdapterSource, folder: string, options: CallOptions = {}): Promise<string> {
    return mergeAdapter(this.#host, this.#handle, adapter, folder, options)
  }

  /** Counts the tokens of every prompt as the model would read it, in input order. */
  async countTokens(prompts: Iterable<Prompt>, options: CallOptions = {}): Promise<number[]> {
    const request = { model: this.#handle, items: wirePrompts([...prompts]) }
    return (await this.#host.client.call('countTokens', request, options)).counts
  }

  /**
   * Shows prompts and targets as the model reads them: what the chat template makes of the messages, special tokens included, and
   * the tokens that end an answer.
   */
  renderPrompts(prompts: Iterable<Prompt & { target?: string | undefined }>, options: CallOptions = {}): Promise<RenderedPrompts> {
    const given = [...prompts]
    const items = wirePrompts(given).map((prompt, index) => ({ ...prompt, target: given[index]?.target ?? null }))
    return this.#host.client.call('renderPrompts', { model: this.#handle, items }, options)
  }

  /**
   * Returns the live transformers module behind this model, as a proxy, with the same weights that the typed methods use.
   * Available only when the runtime runs in an interpreter that can be reached, as in the REPL.
   * @throws GraitError `usage` elsewhere
   */
  async live(): Promise<unknown> {
    if (this.#host.live === undefined) {
      throw new GraitError('usage', 'there are no live Python objects here: the runtime is a process of its own', {
        hint: 'Start `grait repl` without --attach.',
      })
    }
    return this.#host.live(this.#handle)
  }

  /** Frees the model's memory; the model cannot be used afterwards. Unloading again, or after the runtime was closed, has no effect. */
  unload(options: CallOptions = {}): Promise<void> {
    this.#unloaded ??= unloadModel(this.#host, this.#loaded, options)
    return this.#unloaded
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unload()
  }

  /** @throws GraitError `usage` after `unload` */
  get #handle(): string {
    if (this.#unloaded === undefined) return this.#loaded
    throw new GraitError('usage', 'this model was unloaded', { hint: 'Load it again with runtime.loadModel().' })
  }
}

/** A closed runtime holds no model any more. */
async function unloadModel({ client }: RuntimeHost, model: string, options: CallOptions): Promise<void> {
  if (client.closed) return
  await client.call('unloadModel', { model }, options)
}
