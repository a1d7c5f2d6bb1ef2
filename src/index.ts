/** The public API: re-exports only, in the order in which a reader needs them. */

// A whole experiment: configure it, run it, compare methods
export { loadConfig, type LoadedConfig, resolveConfig } from './config/load.js'
export type { Config, ConfigInput } from './config/schema.js'
export type { RunData, TestQuestions } from './pipeline/context/run-data.js'
export { type DryRun, dryRun, type DryRunStage } from './pipeline/experiment/dry-run.js'
export type { PromptSample } from './pipeline/experiment/prompt-samples.js'
export type { OpenRunOptions } from './pipeline/experiment/open-run.js'
export type { StageName } from './pipeline/experiment/stage-names.js'
export { runExperiment, type RunOptions, type RunOutcome } from './pipeline/experiment/run.js'
export { compareExperiment, type CompareOptions, type CompareOutcome } from './pipeline/comparison/compare.js'
export type { FailedMethod, MethodNote } from './report/method-notes.js'
export type { PublishedFigures, PublishedRow } from './report/documents/published-figures.js'
export type { QuestionKnowledge } from './report/terminal/knowledge-table.js'
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
export { type PredictionFile, scorePredictions, type ScoreRequest } from './pipeline/scoring/score.js'
export { type CountsRequest, type GivenCounts, scoreCounts } from './pipeline/scoring/score-counts.js'

// Questions: read, check, sample and split them
export * from './api/data.js'

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
  GreedyAnswer,
  Group,
  Method,
  Needs,
  RoundAnswer,
  SampledAnswer,
  Selection,
  SelectionRequest,
  Target,
} from './rait/method.js'
export { methodById, methods } from './rait/methods/registry.js'

// Answers: judge them, measure, compare
export * from './api/evaluation.js'

// The runtime: models, training, gradients, embeddings; installing, serving and checking it
export * from './api/runtime.js'

// Cancelling, and what is thrown
export type { CancelOptions } from './cancellation.js'
export { type ErrorCode, exitStatus, GraitError, type GraitErrorOptions } from './errors.js'
