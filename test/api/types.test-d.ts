/** Claims about types; the compiler checks them with everything else (`npm run check`). */
import { expectTypeOf } from 'vitest'
import {
  type Adapter,
  type AnsweredQuestions,
  type AskOptions,
  bootstrapIntervals,
  type CompareOptions,
  type Config,
  type CountsRequest,
  compareExperiment,
  type DatasetRequest,
  dryRun,
  type ErrorCode,
  exportLmEval,
  type FeatureOptions,
  GraitError,
  type JudgeSettings,
  judge,
  type Knowledge,
  type LmEvalRequest,
  type LoadedConfig,
  loadConfig,
  loadDataset,
  type MergeOptions,
  type Method,
  type Model,
  mergeTuned,
  methodById,
  type Outcome,
  oeqaKnowledge,
  openConversation,
  type PaperRequest,
  paperExperiment,
  provideRuntime,
  type Question,
  type RehearsalRequest,
  type RunReporter,
  type Runtime,
  refusalWeights,
  rehearsalSet,
  resolveConfig,
  resolvePrompts,
  runExperiment,
  type ScoreRequest,
  type ServeOptions,
  type SplitShares,
  scoreAnswers,
  scoreCounts,
  scorePredictions,
  serveRuntime,
  splitByGroup,
  startRuntime,
  type Weighting,
} from '../../src/index.js'

declare const runtime: Runtime
declare const model: Model
declare const adapter: Adapter

// Rows carry typed arrays of the precision they have.
expectTypeOf(startRuntime).returns.resolves.toEqualTypeOf<Runtime>()
expectTypeOf(runtime.loadModel({ source: 'embedded:x' })).resolves.toEqualTypeOf<Model>()
for await (const row of model.scoreOptions([])) expectTypeOf(row.logprobs).toEqualTypeOf<Float64Array>()
for await (const row of model.generate([])) expectTypeOf(row.texts).toEqualTypeOf<string[]>()
for await (const row of runtime.embed([])) expectTypeOf(row.embedding).toEqualTypeOf<Float32Array>()
for await (const row of model.gradientFeatures([], { adapter, form: 'adam' })) expectTypeOf(row.feature).toEqualTypeOf<Float32Array>()
expectTypeOf(model.trainLora([])).resolves.toEqualTypeOf<Adapter>()
expectTypeOf(model.countTokens([])).resolves.toEqualTypeOf<number[]>()
expectTypeOf(model.live()).resolves.toBeUnknown()

// Options are closed: a misspelt one is an error.
// @ts-expect-error no such option
model.generate([], { temperatur: 1 })
// @ts-expect-error no such form
model.gradientFeatures([], { adapter, form: 'adamw' })
// @ts-expect-error a sample needs a target
model.trainLora([{ id: 'a', prompt: 'x' }])

// The same holds for every object of options or settings.
declare const loaded: LoadedConfig
declare const question: Question
declare const answered: AnsweredQuestions
declare const counts: CountsRequest
declare const score: ScoreRequest
declare const serve: ServeOptions
declare const compare: CompareOptions
declare const paper: PaperRequest
declare const ask: AskOptions
declare const merge: MergeOptions
declare const load: DatasetRequest
declare const judging: JudgeSettings
declare const shares: SplitShares
declare const weighting: Weighting
declare const features: FeatureOptions
declare const task: LmEvalRequest
declare const rehearsal: RehearsalRequest
// @ts-expect-error no such key
startRuntime({ thread: 2 })
// @ts-expect-error no such key
startRuntime({ limits: { startup: 1 } })
// @ts-expect-error no such key
runtime.loadModel({ type: 'float32' })
// @ts-expect-error no such key
runtime.embed([], { batch: 8 })
// @ts-expect-error no such key
model.scoreOptions([], { tokenBudgets: 100 })
// @ts-expect-error no such key
model.trainLora([], { ranks: 8 })
// @ts-expect-error no such key
model.gradientFeatures([], { ...features, projections: null })
// @ts-expect-error no such key
model.countTokens([], { signals: undefined })
// @ts-expect-error no such key
model.unload({ signals: undefined })
// @ts-expect-error no such key
adapter.merge('folder', { onprogress: undefined })
// @ts-expect-error no such key
provideRuntime({ pythons: 'python3' })
// @ts-expect-error no such key
serveRuntime({ ...serve, timeout: 2 })
// @ts-expect-error no such key
runExperiment(loaded, { output: 'runs/mine' })
// @ts-expect-error no such key
compareExperiment(loaded, { ...compare, method: ['grait'] })
// @ts-expect-error no such key
dryRun(loaded, { out: 'runs/mine' })
// @ts-expect-error no such key
paperExperiment({ ...paper, folder: 'data' })
// @ts-expect-error no such key
openConversation({ ...ask, methods: 'grait' })
// @ts-expect-error no such key
mergeTuned({ ...merge, output: 'models/mine' })
// @ts-expect-error no such key
loadDataset({ ...load, splits: 'test' })
// @ts-expect-error no such key
loadDataset(load, { abort: undefined })
// @ts-expect-error no such key
scoreAnswers({ ...answered, skipmissing: true })
// @ts-expect-error no such key
scoreAnswers({ ...answered, judging: { match: 'exact' } })
// @ts-expect-error no such key
scoreAnswers({ ...answered, bootstrap: { samples: 100 } })
// @ts-expect-error no such key
scorePredictions({ ...score, limits: 3 })
// @ts-expect-error no such key
scoreCounts({ ...counts, method: {} })
// @ts-expect-error no such key
exportLmEval('folder', { ...task, limits: 3 })
// @ts-expect-error no such key
judge(question, 'output', { ...judging, phrases: [] })
// @ts-expect-error no such key
bootstrapIntervals([], [], { seeds: 1 })
// @ts-expect-error no such key
resolvePrompts({ refusals: 'I pass.' })
// @ts-expect-error no such key
splitByGroup([question], { ...shares, tests: 0.2 })
// @ts-expect-error no such key
refusalWeights([], { ...weighting, kinds: 'softmax' })
// @ts-expect-error no such key
rehearsalSet([], { ...rehearsal, counts: 3 })

// A question is of one of two kinds, an outcome of four, an error code of the closed list.
expectTypeOf<Question['kind']>().toEqualTypeOf<'mcqa' | 'oeqa'>()
expectTypeOf<Outcome>().toEqualTypeOf<'correct' | 'wrong' | 'refused' | 'unparseable'>()
expectTypeOf(new GraitError('cancelled', '').code).toEqualTypeOf<ErrorCode>()
// @ts-expect-error not of the list
new GraitError('no_such_code', '')

// A resolved configuration has every key.
expectTypeOf(loadConfig('x.yaml').config).toEqualTypeOf<Config>()
expectTypeOf<Config['tuning']['train']['epochs']>().toEqualTypeOf<number>()
expectTypeOf<Config['selection']['known']>().toEqualTypeOf<number | null>()
expectTypeOf(runExperiment).parameter(0).toExtend<{ config: Config }>()

expectTypeOf(methodById('grait')).toEqualTypeOf<Method>()
expectTypeOf(oeqaKnowledge('q', ['a'], [true], [new Float32Array(2)])).toEqualTypeOf<Knowledge>()

// A misspelt key of a configuration does not compile, however deep it lies.
resolveConfig({ data: { train: 'atlas' }, tuning: { train: { epochs: 2 } } })
// @ts-expect-error no such key
resolveConfig({ data: { train: 'atlas' }, tuning: { train: { epoch: 2 } } })
// @ts-expect-error no such section
resolveConfig({ data: { train: 'atlas' }, tunning: {} })

// A reporter hears what it asks for.
expectTypeOf<{ warning(message: string): void }>().toExtend<RunReporter>()
