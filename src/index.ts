/** The public API: re-exports only. */

// Runtime
export type { ItemFailure, LoraSettings, Message, ProjectionSettings, TrainSettings } from './bridge/contract.js'
export type { RuntimeInfo } from './bridge/handshake.js'
export { type BridgeLimits, DEFAULT_LIMITS } from './bridge/limits.js'
export type { CallOptions, Progress } from './bridge/open-call.js'
// Configuration and experiments
export { type LoadedConfig, loadConfig, resolveConfig } from './config/load.js'
export type { Config, ConfigInput } from './config/schema.js'
// Data
export { DATASET_NAMES, type Dataset, type DatasetRequest, loadDataset } from './data/dataset.js'
export { overlap, repeatedQuestions } from './data/duplicates.js'
export { type Prediction, predictionSchema } from './data/predictions.js'
export { type ChoiceQuestion, type OpenQuestion, type Question, questionSchema } from './data/question.js'
export { sampleQuestions } from './data/sample.js'
export { type SplitParts, type SplitShares, splitByGroup } from './data/split.js'
export { type DataCounts, type DataSummary, summariseData } from './data/summary.js'
// Errors
export { type ErrorCode, exitStatus, GraitError, type GraitErrorOptions } from './errors.js'
// Evaluation
export { bootstrapIntervals, independentIntervals, type MeasureIntervals } from './evaluation/bootstrap.js'
export { comparePaired, type Difference, type PairedComparison } from './evaluation/compare.js'
export { compareCounts } from './evaluation/compare-counts.js'
export { optionConfidence, sampleAgreement } from './evaluation/confidence.js'
export { type Judgement, type JudgeSettings, judge } from './evaluation/judge.js'
export { countOutcomes, type Measures, meanOverSubjects, measuresBySubject, measuresOf, type OutcomeCounts } from './evaluation/measures.js'
export type { JudgedAnswer, Outcome } from './evaluation/outcome.js'
export { type RefusalMeasures, refusalMeasures } from './evaluation/refusal-measures.js'
export { buildResults, type JudgedSet, type Results } from './evaluation/results.js'
export { type ConfidentAnswer, type RiskCoverage, riskCoverage } from './evaluation/risk-coverage.js'
export { truthfulHelpfulness } from './evaluation/ths.js'
// Influence
export type { FeatureBlock, FeatureSource, SingleFeature } from './influence/feature-block.js'
export { type Influence, type InfluenceFeatures, influences } from './influence/influence.js'
export { refusalWeights, type Weighting, type WeightingKind } from './influence/weights.js'
// Knowledge
export { type KnowledgeFlow, knowledgeFlow } from './knowledge/flow.js'
export type { Knowledge } from './knowledge/knowledge.js'
export { mcqaKnowledge } from './knowledge/mcqa.js'
export { meanPairCosine, oeqaKnowledge } from './knowledge/oeqa.js'
export { type RehearsalRequest, type RehearsalSet, rehearsalSet } from './knowledge/rehearsal-set.js'
export { type CompareOptions, type CompareOutcome, compareExperiment } from './pipeline/compare.js'
export { type ExportedTask, exportLmEval, type LmEvalRequest } from './pipeline/export-lm-eval.js'
export type { MethodFailure } from './pipeline/method-failure.js'
export { type PaperRequest, type PaperSetting, paperExperiment } from './pipeline/paper.js'
export type { OverallProgress, RunReporter, StageProgress } from './pipeline/reporter.js'
export { type RunOptions, type RunOutcome, runExperiment } from './pipeline/run.js'
export { type PredictionFile, type Score, type ScoreRequest, scorePredictions } from './pipeline/score.js'
export { scoreCounts } from './pipeline/score-counts.js'
// Prompts
export { type AskedQuestion, answerPrompt } from './prompts/answer-prompt.js'
export { knowledgePrompt, scoredOptions } from './prompts/knowledge-prompt.js'
export { type PromptSettings, type PromptWording, resolvePrompts } from './prompts/settings.js'
export { goldTarget, refusalTarget } from './prompts/targets.js'
// Methods
export { methodById, methods } from './rait/index.js'
export type {
  Candidate,
  Choice,
  FeatureMatrix,
  GradientFeatures,
  Group,
  Method,
  Needs,
  Selection,
  SelectionRequest,
} from './rait/method.js'
export type { Adapter, TrainResult } from './runtime/adapter.js'
export type { EmbedderOptions, Embedding, EmbeddingBatch } from './runtime/embed.js'
export type { Generation, GenerationBatch, SamplingOptions } from './runtime/generate.js'
export { DEFAULT_PROJECTION, type FeatureBatch, type FeatureOptions, type FeatureRow } from './runtime/gradient-features.js'
export type { LogLevel, LogLine } from './runtime/log-lines.js'
export type { LoadModelOptions, Model, ModelInfo } from './runtime/model.js'
export type { AdapterSource } from './runtime/paths.js'
export type { Runtime } from './runtime/runtime.js'
export type { ChatPrompt, OptionsPrompt, Prompt, Sample, TextPrompt } from './runtime/sample.js'
export type { OptionScores, OptionScoresBatch } from './runtime/score-options.js'
export { type StartOptions, startRuntime } from './runtime/start.js'
export type { BatchOptions, Plan, RowOptions, SplitOptions, StreamOptions } from './runtime/stream-options.js'
export { DEFAULT_LORA, DEFAULT_TRAINING, type TrainLoraOptions } from './runtime/train-lora.js'
