import { describe, expect, it } from 'vitest'
import { publicSurface } from './public-surface.js'

/** What the package promises; a name that comes or goes is to be seen in a review. */
const VALUES = `
answerConfidence auroc averagePrecision compareWithThreshold confidenceMeasures expectedCalibrationError refusalAuroc refusedBelow thresholdForThs
DATASET_NAMES DEFAULT_LIMITS DEFAULT_LORA DEFAULT_PROJECTION DEFAULT_TRAINING GraitError answerPrompt bootstrapIntervals buildResults
compareCounts compareExperiment comparePaired countOutcomes exitStatus exportLmEval goldTarget independentIntervals influences judge
knowledgeFlow knowledgePrompt loadConfig loadDataset mcqaKnowledge meanOverSubjects meanPairCosine measuresBySubject measuresOf
methodById methods oeqaKnowledge optionConfidence overlap paperExperiment predictionSchema questionSchema refusalMeasures
refusalTarget refusalWeights rehearsalSet repeatedQuestions resolveConfig resolvePrompts riskCoverage runExperiment sampleAgreement
sampleQuestions scoreCounts scorePredictions scoredOptions splitByGroup startRuntime summariseData truthfulHelpfulness
parseQuestion scoreAnswers mergeTuned openConversation serveRuntime diagnose provideRuntime dryRun`

const TYPES = `
AnswerConfidence HiddenStates HiddenStatesBatch StateOptions DownloadProgress HubOptions GreedyAnswer SampledAnswer Target AnswerProbabilities ConfidenceMeasures ScoredAnswer ScoredTarget ThresholdComparison ThresholdDifference ThresholdRow
Adapter AdapterSource AskedQuestion BatchOptions BridgeLimits CallOptions CancelOptions Candidate ChatPrompt Choice ChoiceQuestion CompareOptions CompareOutcome ConfidentAnswer Config
ConfigInput DataCounts DataSummary Dataset DatasetRequest Difference EmbedderOptions Embedding EmbeddingBatch ErrorCode ExportedTask
FeatureBatch FeatureBlock FeatureMatrix FeatureOptions FeatureRow FeatureSource Generation GenerationBatch GradientFeatures GraitErrorOptions Group Influence
InfluenceFeatures ItemFailure JudgeSettings JudgedAnswer JudgedSet Judgement Knowledge KnowledgeFlow LmEvalRequest LoadModelOptions LoadedConfig LogLevel
LogLine LoraSettings MeasureIntervals Measures Message Method MethodFailure Model ModelInfo Needs OptionScores OptionScoresBatch
OpenQuestion OptionsPrompt Outcome OutcomeCounts OverallProgress PairedComparison PaperRequest PaperSetting Plan Prediction PredictionFile Progress
ProjectionSettings Prompt PromptSettings PromptWording Question RefusalMeasures RehearsalRequest RehearsalSet Results RiskCoverage RoundAnswer
RowOptions RunOptions RunOutcome RunReporter Runtime RuntimeInfo Sample SamplingOptions Score ScoreRequest Selection SelectionRequest SingleFeature
SplitParts SplitShares StageProgress StartOptions StreamOptions TextPrompt TrainLoraOptions TrainResult TrainSettings Weighting WeightingKind
AliasMatching AnsweredQuestions BootstrapSettings ByKind Comparison CountsRequest ExtraPackages FailedMethod GivenCounts Influenced Interval MethodNote
MovedExample MovedGroup Movement PublishedFigures PublishedRow ResultRow ResultSettings RunData ScoringSettings QuestionKnowledge SelectedQuestion Split StageName SummaryRow TestQuestions
MergeOptions GivenQuestions AnswerPair AskOptions Conversation GivenAnswer TunedChoice RuntimeServer ServeOptions ServedRuntime Diagnosis Problem ProvidedRuntime ProvideOptions SetupProgress DryRun DryRunStage PromptSample RenderedPrompts PythonOptions OpenRunOptions`

const names = (text: string) => text.trim().split(/\s+/).sort()
const surface = publicSurface()
const ofKind = (kind: 'value' | 'type') => surface.filter((exported) => exported.kind === kind).map(({ name }) => name)

describe('the public API', () => {
  it('has these values', () => {
    expect(ofKind('value')).toEqual(names(VALUES))
  })

  it('has these types', () => {
    expect(ofKind('type')).toEqual(names(TYPES))
  })

  it('says of each name what it is', () => {
    expect(surface.filter(({ documentation }) => documentation === '').map(({ name }) => name)).toEqual([])
  })

  it('exports every type that can be reached from it', () => {
    expect([...new Set(surface.flatMap(({ hidden }) => hidden))]).toEqual([])
  })

  it('is typed to the leaf: no any can be reached', () => {
    expect(surface.flatMap(({ anyAt }) => anyAt)).toEqual([])
  })
})
