import type { ItemFailure, LoraSettings, Request, Result, TrainSettings } from '../../bridge/contract.js'
import type { CallOptions } from '../../bridge/open-call.js'
import { DEFAULT_LORA, DEFAULT_TRAINING } from '../../config/training-defaults.js'
import type { TrainResult } from './adapter.js'
import { finishedFolder } from './finished-folder.js'
import type { RuntimeHost } from './host.js'
import type { OptionNames } from './known-options.js'
import { absoluteFolder } from './paths.js'
import { refuseNothingToLearn, type Sample, wireSamples } from './sample.js'
import { CALL } from './stream-options.js'

type Loose<T> = { [K in keyof T]?: T[K] | undefined }

/** Options of `trainLora`: LoRA and training settings in one flat object; the defaults are DEFAULT_LORA and DEFAULT_TRAINING. */
export interface TrainLoraOptions extends Loose<TrainSettings>, Loose<Omit<LoraSettings, 'targets'>>, CallOptions {
  /** Modules that get an adapter: `all-linear` (the default) or module names in the form of PEFT's target_modules. */
  targets?: 'all-linear' | readonly string[] | undefined
  /** Seed of initial weights, sample order and dropout; default 0. */
  seed?: number | undefined
  /** Also keep AdamW's moments, which gradient features of form `adam` need; default true. */
  keepOptimizer?: boolean | undefined
  /** Folder of the adapter; must be empty or missing. Default: a temporary folder, removed when the runtime is closed. */
  output?: string | undefined
  /** Folder for checkpoints, saved every `everySteps` optimizer steps; an interrupted training resumes from them. Default: none. */
  checkpoint?: { dir: string; everySteps: number } | undefined
  /** Called with each skipped sample. Without it a warning is given; `adapter.result.failures` always lists them. */
  onFailure?: ((failure: ItemFailure) => void) | undefined
}

/** Trains a LoRA adapter on `samples`. The loss of a batch is sum(weight x mean target-token cross-entropy) / number of samples. */
export async function trainLora(
  host: RuntimeHost,
  model: string,
  samples: readonly Sample[],
  options: TrainLoraOptions,
): Promise<TrainResult> {
  const wire = wireSamples(samples)
  refuseNothingToLearn(samples)
  const output = options.output ?? (await host.scratchPath('adapter'))
  const { path, filled } = await finishedFolder(output, (unfinished) =>
    host.client.call('trainLora', request(model, wire, options, unfinished), options),
  )
  report(host, filled, options)
  return { ...filled, path }
}

function request(model: string, samples: Request<'trainLora'>['samples'], options: TrainLoraOptions, output: string): Request<'trainLora'> {
  const targets = options.targets ?? DEFAULT_LORA.targets
  return {
    model,
    samples,
    lora: {
      rank: options.rank ?? DEFAULT_LORA.rank,
      alpha: options.alpha ?? DEFAULT_LORA.alpha,
      dropout: options.dropout ?? DEFAULT_LORA.dropout,
      targets: typeof targets === 'string' ? [targets] : [...targets],
    },
    train: trainSettings(options),
    seed: options.seed ?? 0,
    keepOptimizer: options.keepOptimizer ?? true,
    output,
    checkpoint:
      options.checkpoint === undefined ? null : { dir: absoluteFolder(options.checkpoint.dir), everySteps: options.checkpoint.everySteps },
  }
}

function trainSettings(options: Loose<TrainSettings>): TrainSettings {
  return {
    learningRate: options.learningRate ?? DEFAULT_TRAINING.learningRate,
    schedule: options.schedule ?? DEFAULT_TRAINING.schedule,
    warmupRatio: options.warmupRatio ?? DEFAULT_TRAINING.warmupRatio,
    epochs: options.epochs ?? DEFAULT_TRAINING.epochs,
    batchSize: options.batchSize ?? DEFAULT_TRAINING.batchSize,
    accumulation: options.accumulation ?? DEFAULT_TRAINING.accumulation,
    maxGradNorm: options.maxGradNorm ?? DEFAULT_TRAINING.maxGradNorm,
    weightDecay: options.weightDecay ?? DEFAULT_TRAINING.weightDecay,
    gradientCheckpointing: options.gradientCheckpointing ?? DEFAULT_TRAINING.gradientCheckpointing,
  }
}

function report(host: RuntimeHost, result: Result<'trainLora'>, options: TrainLoraOptions): void {
  if (result.failures.length === 0) return
  if (options.onFailure !== undefined) {
    for (const failure of result.failures) options.onFailure(failure)
    return
  }
  const { id, message } = result.failures[0]!
  const warning = `${result.failures.length} samples were left out of training, the first ${JSON.stringify(id)}: ${message}`
  ;(options.onWarning ?? host.warn)(warning)
}

export const TRAIN_LORA: OptionNames<TrainLoraOptions> = {
  ...CALL,
  rank: true,
  alpha: true,
  dropout: true,
  targets: true,
  learningRate: true,
  schedule: true,
  warmupRatio: true,
  epochs: true,
  batchSize: true,
  accumulation: true,
  maxGradNorm: true,
  weightDecay: true,
  gradientCheckpointing: true,
  seed: true,
  keepOptimizer: true,
  output: true,
  checkpoint: true,
  onFailure: true,
}
