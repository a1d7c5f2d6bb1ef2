/** The public API: re-exports only, in the order in which a reader needs them. */

// A whole experiment: configure it, run it, compare methods
export { loadConfig, type LoadedConfig, resolveConfig } from './config/load.js'
export type { Config, ConfigInput } from './config/schema.js'
export type { RunData, TestQuestions } from './pipeline/context/run-data.js'
export { type DryRun, dryRun, type DryRunStage } from './pipeline/experiment/dry-run.js'
export type { OpenRunOptions } from './pipeline/experiment/open-run.js'
export type { StageName } from './pipeline/experiment/stage-names.js'
export { runExperiment, type RunOptions, type RunOutcome } from './pipeline/experiment/run.js'
export { compareExperiment, type CompareOptions, type CompareOutcome } from './pipeline/comparison/compare.js'
export type { FailedMethod, MethodNote } from './report/method-notes.js'
export type { PublishedFigures, PublishedRow } from './report/documents/published-figures.js'
export type { SelectedQuestion } from './report/terminal/selection-table.js'
export type { MovedExample, MovedGroup } from './report/terminal/moved-questions.js'
export type { MethodFailure } from './pipeline/comparison/method-failure.js'
export { paperExperiment, type PaperRequest, type PaperSetting } from './pipeline/comparison/paper.js'
export type { OverallProgress, RunReporter, StageProgress } from './pipeline/reporter.js'

// After a run: ask the tuned model, merge it, score answers, export a task
export { type AnswerPair, type AskOptions, type Conversation, type GivenAnswer, openConversation } from './pipeline/tuned/ask.js'
export { type MergeOptions, mergeTuned } from './pipeline/tuned/merge.js'
export type { TunedChoice } from './pipeline/tuned/tuned-model.js'
export { type ExportedTask, exportLmEval, type LmEvalRequest } from './pipeline/scoring/export-lm-eval.js'
export { type AnsweredQuestions, scoreAnswers } from './pipeline/scoring/score-answers.js'
export { type PredictionFile, scorePredictions, type ScoreRequest } from './pipeline/scoring/score.js'
export { type CountsRequest, type GivenCounts, scoreCounts } from './pipeline/scoring/score-counts.js'
export type { Score, ScoringSettings } from './pipeline/scoring/score-methods.js'

// Questions: read, check, sample and split them
export type { Split } from './data/published/split-name.js'
export { type Dataset, DATASET_NAMES, type DatasetRequest, loadDataset } from './data/dataset.js'
export { overlap, repeatedQuestions } from './data/duplicates.js'
export { type Prediction, predictionSchema } from './data/files/predictions.js'
export type { ChoiceQuestion, OpenQuestion, Question } from './data/question/question.js'
export { parseQuestion, questionSchema } from './data/question/parse-question.js'
export { sampleQuestions } from './data/sample.js'
export { splitByGroup, type SplitParts, type SplitShares } from './data/split.js'
export { type DataCounts, type DataSummary, summariseData } from './data/summary.js'

// What a model is asked, and what it is taught to say
export { answerPrompt, type AskedQuestion } from './prompts/answer-prompt.js'
export { knowledgePrompt, scoredOptions } from './prompts/knowledge-prompt.js'
export { type ByKind, type PromptSettings, type PromptWording, resolvePrompts } from './prompts/settings.js'
export { goldTarget, refusalTarget } from './prompts/targets.js'

// What a model knows, and what learning a refusal does to it
export { knowledgeFlow, type KnowledgeFlow } from './knowledge/flow.js'
export type { Knowledge } from './knowledge/knowledge.js'
export { mcqaKnowledge } from './knowledge/mcqa.js'
export { meanPairCosine, oeqaKnowledge } from './knowledge/oeqa.js'
export { type RehearsalRequest, type RehearsalSet, rehearsalSet } from './knowledge/rehearsal-set.js'
export type { FeatureBlock, FeatureSource, SingleFeature } from './influence/feature-block.js'
export { type Influence, type InfluenceFeatures, influences } from './influence/influence.js'
export { type Influenced, refusalWeights, type Weighting, type WeightingKind } from './influence/weights.js'

// Methods: which questions to train on, and how heavily
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
export { methodById, methods } from './rait/methods/registry.js'

// Answers: judge them, measure, compare
export { optionConfidence, sampleAgreement } from './evaluation/confidence.js'
export type { AliasMatching } from './evaluation/judging/alias.js'
export { judge, type Judgement, type JudgeSettings } from './evaluation/judging/judge.js'
export {
  countOutcomes,
  meanOverSubjects,
  type Measures,
  measuresBySubject,
  measuresOf,
  type OutcomeCounts,
} from './evaluation/measures/measures.js'
export type { Movement } from './evaluation/measures/moved.js'
export type { JudgedAnswer, Outcome } from './evaluation/measures/outcome.js'
export { refusalMeasures, type RefusalMeasures } from './evaluation/measures/refusal-measures.js'
export { type ConfidentAnswer, riskCoverage, type RiskCoverage } from './evaluation/measures/risk-coverage.js'
export { truthfulHelpfulness } from './evaluation/measures/ths.js'
export {
  bootstrapIntervals,
  type BootstrapSettings,
  independentIntervals,
  type MeasureIntervals,
} from './evaluation/resampling/bootstrap.js'
export type { Interval } from './evaluation/resampling/percentile.js'
export { compareCounts } from './evaluation/resampling/compare-counts.js'
export { comparePaired, type Difference, type PairedComparison } from './evaluation/resampling/compare.js'
export type { Comparison, ResultRow, Results, SummaryRow } from './evaluation/result-rows.js'
export { buildResults, type JudgedSet, type ResultSettings } from './evaluation/results.js'

// The runtime: models, training, gradients, embeddings
export { type StartOptions, startRuntime } from './runtime/start.js'
export type { Runtime } from './runtime/runtime.js'
export type { LoadModelOptions, Model, ModelInfo } from './runtime/model.js'
export type { Adapter, TrainResult } from './runtime/calls/adapter.js'
export type { EmbedderOptions, Embedding, EmbeddingBatch } from './runtime/calls/embed.js'
export type { Generation, GenerationBatch, SamplingOptions } from './runtime/calls/generate.js'
export { DEFAULT_PROJECTION, type FeatureBatch, type FeatureOptions, type FeatureRow } from './runtime/calls/gradient-features.js'
export type { AdapterSource } from './runtime/calls/paths.js'
export type { ChatPrompt, OptionsPrompt, Prompt, Sample, TextPrompt } from './runtime/calls/sample.js'
export type { OptionScores, OptionScoresBatch } from './runtime/calls/score-options.js'
export type { BatchOptions, Plan, RowOptions, StreamOptions } from './runtime/calls/stream-options.js'
export { DEFAULT_LORA, DEFAULT_TRAINING, type TrainLoraOptions } from './runtime/calls/train-lora.js'
export type { ExtraPackages } from './runtime/provision/extra-packages.js'
export type { PythonOptions } from './runtime/process/command.js'
export type { LogLevel, LogLine } from './runtime/process/log-lines.js'
export type { ItemFailure, LoraSettings, Message, ProjectionSettings, TrainSettings } from './bridge/contract.js'
export type { RuntimeInfo } from './bridge/handshake.js'
export { type BridgeLimits, DEFAULT_LIMITS } from './bridge/limits.js'
export type { CallOptions, Progress } from './bridge/open-call.js'

// Installing, serving and checking the runtime
export { type RuntimeServer, type ServeOptions, serveRuntime } from './runtime/serve.js'
export type { ServedRuntime } from './runtime/served/served-registry.js'
export { diagnose, type Diagnosis } from './runtime/doctor/diagnose.js'
export type { Problem } from './runtime/doctor/problem.js'
export { type ProvidedRuntime, type ProvideOptions, provideRuntime } from './runtime/provision/provide.js'
export type { SetupProgress } from './runtime/provision/setup-steps.js'

// Cancelling, and what is thrown
export type { CancelOptions } from './cancellation.js'
export { type ErrorCode, exitStatus, GraitError, type GraitErrorOptions } from './errors.js'
