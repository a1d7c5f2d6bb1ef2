/** Claims about types; the compiler checks them with everything else (`npm run check`). */
import { expectTypeOf } from 'vitest'
import {
  type Adapter,
  type Config,
  type ErrorCode,
  GraitError,
  type Knowledge,
  loadConfig,
  type Method,
  type Model,
  methodById,
  type Outcome,
  oeqaKnowledge,
  type Question,
  type RunReporter,
  type Runtime,
  resolveConfig,
  runExperiment,
  startRuntime,
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
