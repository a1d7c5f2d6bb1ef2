import type { CallOptions } from '../bridge/open-call.js'
import type { EmbedderOptions } from './embed.js'
import type { SamplingOptions } from './generate.js'
import type { FeatureOptions } from './gradient-features.js'
import type { OptionNames } from './known-options.js'
import type { LoadModelOptions } from './model.js'
import type { StartOptions } from './start.js'
import type { BatchOptions, RowOptions, SplitOptions, StreamOptions } from './stream-options.js'
import type { TrainLoraOptions } from './train-lora.js'

const CALL: OptionNames<CallOptions> = { signal: true, onProgress: true, onWarning: true }
export const STREAM: OptionNames<StreamOptions> = { ...CALL, tokenBudget: true, onPlan: true }
export const BATCHES: OptionNames<BatchOptions> = { ...STREAM, completed: true }
export const SPLIT: OptionNames<SplitOptions> = { ...BATCHES, halvings: true }
export const ROWS: OptionNames<RowOptions> = { ...STREAM, onFailure: true }

export const SAMPLING: OptionNames<SamplingOptions> = { samples: true, temperature: true, maxTokens: true, stop: true, seed: true }
export const FEATURES: OptionNames<FeatureOptions> = { adapter: true, form: true, projection: true, normalise: true, dtype: true }
export const EMBEDDER: OptionNames<EmbedderOptions> = { source: true }

export const LOAD_MODEL: OptionNames<LoadModelOptions> = {
  ...CALL,
  source: true,
  dtype: true,
  quantization: true,
  adapter: true,
  templateOptions: true,
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

export const START: OptionNames<StartOptions> = {
  python: true,
  device: true,
  threads: true,
  extras: true,
  logLevel: true,
  onSetup: true,
  signal: true,
  attach: true,
  onLog: true,
  limits: true,
}
