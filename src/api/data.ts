/** `grait/data`: questions read, checked, sampled and split, without a runtime and without native add-ons. Re-exports only. */

export type { Split } from '../data/published/split-name.js'
export { type Dataset, DATASET_NAMES, type DatasetRequest, loadDataset } from '../data/dataset.js'
export { overlap, repeatedQuestions } from '../data/duplicates.js'
export type { DownloadProgress, HubOptions } from '../data/hub/endpoint.js'
export type { GivenQuestions } from '../data/given-questions.js'
export type { Prediction } from '../data/files/checked-prediction.js'
export { predictionSchema } from '../data/files/predictions.js'
export type { ChoiceQuestion, OpenQuestion, Question } from '../data/question/question.js'
export { parseQuestion, questionSchema } from '../data/question/parse-question.js'
export { sampleQuestions } from '../data/sample.js'
export { splitByGroup, type SplitParts, type SplitShares } from '../data/split.js'
export { type DataCounts, type DataSummary, summariseData } from '../data/summary.js'

// What is thrown, and how long work is cancelled
export type { CancelOptions } from '../cancellation.js'
export { type ErrorCode, GraitError, type GraitErrorOptions } from '../errors.js'
