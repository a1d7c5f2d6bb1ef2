/** The public API. */

// Runtime
export type { ItemFailure, LoraSettings, Message, ProjectionSettings, TrainSettings } from './bridge/contract.js'
export type { RuntimeInfo } from './bridge/handshake.js'
export { type BridgeLimits, DEFAULT_LIMITS } from './bridge/limits.js'
export type { CallOptions, Progress } from './bridge/open-call.js'
// Errors
export { type ErrorCode, exitStatus, GraitError, type GraitErrorOptions } from './errors.js'
export type { Adapter, TrainResult } from './runtime/adapter.js'
export type { EmbedderOptions, Embedding, EmbeddingBatch } from './runtime/embed.js'
export type { Generation, GenerationBatch, SamplingOptions } from './runtime/generate.js'
export { DEFAULT_PROJECTION, type FeatureBatch, type FeatureOptions, type FeatureRow } from './runtime/gradient-features.js'
export type { LogLevel, LogLine } from './runtime/log-lines.js'
export type { LoadModelOptions, Model, ModelInfo } from './runtime/model.js'
export type { AdapterSource } from './runtime/paths.js'
export type { Runtime } from './runtime/runtime.js'
export type { OptionsPrompt, Prompt, Sample } from './runtime/sample.js'
export type { OptionScores, OptionScoresBatch } from './runtime/score-options.js'
export { type StartOptions, startRuntime } from './runtime/start.js'
export type { BatchOptions, Plan, RowOptions, StreamOptions } from './runtime/stream-options.js'
export { DEFAULT_LORA, DEFAULT_TRAINING, type TrainLoraOptions } from './runtime/train-lora.js'
