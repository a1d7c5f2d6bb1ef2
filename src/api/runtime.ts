/** `grait/runtime`: models loaded, trained and queried, without the experiments. Re-exports only. */

// Models, training, gradients, embeddings
export { type StartOptions, startRuntime } from '../runtime/start.js'
export type { Runtime } from '../runtime/runtime.js'
export type { LoadModelOptions, Model, ModelInfo, RenderedPrompts } from '../runtime/model.js'
export type { Adapter, TrainResult } from '../runtime/calls/adapter.js'
export type { EmbedderOptions, Embedding, EmbeddingBatch } from '../runtime/calls/embed.js'
export type { Generation, GenerationBatch, SamplingOptions, ScoredTarget } from '../runtime/calls/generate.js'
export type { FeatureBatch, FeatureOptions, FeatureRow } from '../runtime/calls/gradient-features.js'
export type { HiddenStates, HiddenStatesBatch, StateOptions } from '../runtime/calls/hidden-states.js'
export type { AdapterSource } from '../runtime/calls/paths.js'
export type { ChatPrompt, OptionsPrompt, Prompt, Sample, TextPrompt } from '../runtime/calls/sample.js'
export type { OptionScores, OptionScoresBatch } from '../runtime/calls/score-options.js'
export type { BatchOptions, Plan, RowOptions, StreamOptions } from '../runtime/calls/stream-options.js'
export { DEFAULT_LORA, DEFAULT_PROJECTION, DEFAULT_TRAINING } from '../config/training-defaults.js'
export type { TrainLoraOptions } from '../runtime/calls/train-lora.js'
export type { ExtraPackages } from '../runtime/provision/extra-packages.js'
export type { PythonOptions } from '../runtime/process/command.js'
export type { LogLevel, LogLine } from '../runtime/process/log-lines.js'
export type { ItemFailure, LoraSettings, Message, ProjectionSettings, TrainSettings } from '../bridge/contract.js'
export type { RuntimeInfo } from '../bridge/handshake.js'
export { type BridgeLimits, DEFAULT_LIMITS } from '../bridge/limits.js'
export type { CallOptions, Progress } from '../bridge/open-call.js'

// Installing, serving and checking the runtime
export { type RuntimeServer, type ServeOptions, serveRuntime } from '../runtime/serve.js'
export type { ServedRuntime } from '../runtime/served/served-registry.js'
export { diagnose, type Diagnosis } from '../runtime/doctor/diagnose.js'
export type { Problem } from '../runtime/doctor/problem.js'
export { type ProvidedRuntime, type ProvideOptions, provideRuntime } from '../runtime/provision/provide.js'
export type { SetupProgress } from '../runtime/provision/setup-steps.js'

// What is thrown, and how long work is cancelled
export type { CancelOptions } from '../cancellation.js'
export { type ErrorCode, GraitError, type GraitErrorOptions } from '../errors.js'
