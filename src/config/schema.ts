/**
 * A run's configuration: every key with its type, range and default. Types, validation and the published JSON Schema
 * all come from here. Every section may be left out; only `data.train` has no default.
 */

import { z } from 'zod'
import { DEFAULT_MODEL } from './default-model.js'
import { deviceSchema } from './device.js'
import { DEFAULT_LORA, DEFAULT_PROJECTION, DEFAULT_TRAINING } from './training-defaults.js'

const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const positive = z.int().min(1)
const share = z.number().min(0).max(1)

const lora = () =>
  z
    .strictObject({
      rank: positive.default(DEFAULT_LORA.rank).describe('LoRA rank r'),
      alpha: z.number().positive().default(DEFAULT_LORA.alpha).describe('LoRA alpha: the update is scaled by alpha / rank'),
      dropout: z.number().min(0).max(0.99).default(DEFAULT_LORA.dropout).describe('dropout on the input of the LoRA layers'),
      targets: z
        .union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)])
        .default(DEFAULT_LORA.targets)
        .describe('modules that get LoRA weights: all-linear, or a list of module names'),
    })
    .prefault({})

const train = (defaults: { learningRate: number; schedule: 'linear' | 'cosine'; epochs: number }) =>
  z
    .strictObject({
      learningRate: z.number().positive().default(defaults.learningRate).describe('peak learning rate of AdamW'),
      schedule: z
        .enum(['linear', 'cosine', 'constant'])
        .default(defaults.schedule)
        .describe('how the learning rate changes after the warm-up'),
      warmupRatio: share.default(DEFAULT_TRAINING.warmupRatio).describe('share of the steps during which the learning rate rises'),
      epochs: z.number().min(0).default(defaults.epochs).describe('number of passes over the samples'),
      batchSize: positive.default(DEFAULT_TRAINING.batchSize).describe('samples per micro-batch'),
      accumulation: positive.default(DEFAULT_TRAINING.accumulation).describe('micro-batches per optimizer step'),
      maxGradNorm: z.number().min(0).default(DEFAULT_TRAINING.maxGradNorm).describe('gradients are clipped to this norm; 0: no clipping'),
      weightDecay: z.number().min(0).default(DEFAULT_TRAINING.weightDecay).describe('weight decay of AdamW'),
      gradientCheckpointing: z
        .boolean()
        .default(DEFAULT_TRAINING.gradientCheckpointing)
        .describe('computes each layer again in the backward pass instead of keeping its activations: less memory, a third more time'),
    })
    .prefault({})

const limit = z.union([
  positive,
  z.strictObject({
    train: positive.nullable().default(null),
    validation: positive.nullable().default(null),
    test: positive.nullable().default(null),
  }),
])

export const configSchema = z.strictObject({
  seed: seed.default(1).describe('seed of random selection, and of the initialisation, sample order and dropout of the tuning'),
  model: z
    .strictObject({
      source: z
        .string()
        .regex(/^(embedded|path|gguf|hub):.+$/, 'must be embedded:NAME, path:DIR, gguf:FILE or hub:ORG/NAME[/FILE.gguf][@REVISION]')
        .default(DEFAULT_MODEL)
        .describe('the model: embedded:NAME, path:DIR, gguf:FILE or hub:ORG/NAME[/FILE.gguf][@REVISION]'),
      adapter: z
        .string()
        .regex(/^(path|hub):.+$/, 'must be path:DIR or hub:ORG/NAME[@REVISION]')
        .nullable()
        .default(null)
        .describe(
          'a LoRA adapter that the model begins with: path:DIR or hub:ORG/NAME[@REVISION]; it is merged into the weights when they are loaded',
        ),
      dtype: z
        .enum(['auto', 'float32', 'bfloat16', 'float16'])
        .default('auto')
        .describe('number format of the computation; auto: the fastest on this machine that loses no accuracy'),
      quantization: z.enum(['none', 'nf4']).default('none').describe('nf4: base weights in 4 bits (needs bitsandbytes)'),
      templateOptions: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        .default({})
        .describe(
          'options for the chat template, for example {enable_thinking: true}; date (YYYY-MM-DD) is the day that it is given for today',
        ),
      thinkTokens: z
        .int()
        .min(0)
        .default(0)
        .describe('most tokens that a thinking model may think before an answer; 0: its thinking is switched off'),
    })
    .prefault({}),
  data: z.strictObject({
    train: z
      .string()
      .min(1)
      .describe('the source questions: a data set (atlas, mmlu:test, ...), jsonl:FILE or csv:FILE; from a script also script:NAME'),
    tests: z
      .array(z.string().min(1))
      .default([])
      .describe('data sets to evaluate on; if the list is empty, a part of train is held out, split by group'),
    dir: z.string().nullable().default(null).describe('folder with the data sets, or hub:ORG/NAME[@REVISION]; null: the Hugging Face hub'),
    subjects: z
      .array(z.string().min(1))
      .min(1)
      .nullable()
      .default(null)
      .describe('uses only questions of these subjects; null: all subjects'),
    limit: limit
      .nullable()
      .default(null)
      .describe('uses a seeded, stratified sample of this many questions of each split: one number, or one per split; null: all questions'),
    split: z
      .strictObject({
        validation: share.default(0.15).describe('share of the questions held out for choosing settings'),
        test: share.default(0.25).describe('share of the questions held out for the results'),
        seed: seed.default(0).describe('seed of the order in which groups are assigned to the parts'),
      })
      .prefault({})
      .refine((split) => split.validation + split.test < 1, {
        message: 'validation + test must leave something to train on (their sum must be < 1)',
      })
      .describe('shares of train that are held out if no tests are given'),
  }),
  prompts: z
    .strictObject({
      system: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe('system message before every question, for models whose chat template takes one; null: none'),
      plain: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe('instruction that asks for an answer; null: the default for this kind of question'),
      refuse: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe('instruction that allows the model to refuse; null: the plain one, and the refusal to give if the answer is not known'),
      refusal: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe('sentence that the model learns to say when it refuses; null: the default'),
      refusalPhrases: z
        .array(z.string().min(1))
        .min(1)
        .nullable()
        .default(null)
        .describe('an answer counts as refused if its first sentence contains one of these phrases, besides the built-in English ones'),
      builtInRefusals: z
        .boolean()
        .default(true)
        .describe('whether the built-in English refusal phrases count; false: only refusalPhrases and refusal'),
    })
    .prefault({}),
  knowledge: z
    .strictObject({
      shots: z
        .int()
        .min(0)
        .nullable()
        .default(null)
        .describe('number of worked examples before the question; null: 5 for multiple choice, 3 for open-ended'),
      samples: positive.default(10).describe('number of answers sampled for each open-ended question'),
      temperature: z.number().positive().default(1).describe('sampling temperature of these answers'),
      maxTokens: positive.default(16).describe('maximum length of a sampled answer, in tokens'),
      threshold: share.default(0.5).describe('a question counts as known if its correctness is at least this (T_c in the paper)'),
      seed: seed.default(0).describe('seed of the worked examples and the sampled answers'),
      answers: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe('JSON Lines file with answers made elsewhere, used instead of asking the model'),
    })
    .prefault({}),
  rehearsal: z
    .strictObject({
      count: positive.default(100).describe('number of surely known questions to train on'),
      minCorrectness: share.default(0.99).describe('a question is surely known if its correctness is at least this'),
      minCertainty: z
        .number()
        .nullable()
        .default(null)
        .describe('an open-ended question must also have at least this certainty; null: the value of minCorrectness'),
      lora: lora(),
      train: train({ learningRate: 2e-4, schedule: 'linear', epochs: 1 }),
      seed: seed
        .default(0)
        .describe('seed of the choice of questions, and of the initialisation, sample order and dropout of this training'),
    })
    .prefault({}),
  gradients: z
    .strictObject({
      form: z
        .enum(['adam', 'sgd'])
        .default('adam')
        .describe('adam: the step that Adam would take with the moments kept from the rehearsal; sgd: the gradient itself'),
      projection: z
        .strictObject({
          kind: z
            .enum(['sjlt', 'rademacher', 'none'])
            .default(DEFAULT_PROJECTION.kind)
            .describe('sjlt: sparse Johnson-Lindenstrauss transform; rademacher: dense random signs; none: the whole gradient'),
          dim: positive.default(DEFAULT_PROJECTION.dim).describe('number of dimensions of a feature'),
          sparsity: positive.default(DEFAULT_PROJECTION.sparsity).describe('sjlt: number of dimensions that each coordinate is added to'),
          seed: seed.default(DEFAULT_PROJECTION.seed).describe('seed of the projection'),
        })
        .prefault({}),
      dtype: z.enum(['float32', 'float16']).default('float32').describe('number format of the stored features'),
    })
    .prefault({}),
  selection: z
    .strictObject({
      method: z
        .string()
        .min(1)
        .default('grait')
        .describe('method that chooses and weights the training questions; docs/comparing.md lists the methods'),
      known: positive
        .nullable()
        .default(null)
        .describe('number of known questions to train on; null: as many as possible, four for each unknown one'),
      unknown: positive
        .nullable()
        .default(null)
        .describe('number of unknown questions to train on as refusals; null: as many as possible, one for every four known ones'),
      bySubject: z
        .boolean()
        .default(false)
        .describe(
          'true: every subject keeps its share of the chosen questions; false: the best questions are taken, whatever their subject',
        ),
      strictCounts: z.boolean().default(false).describe('stops if there are fewer questions than requested'),
      seed: seed.nullable().default(null).describe('seed of the selection; null: the seed of the run'),
    })
    .prefault({}),
  weighting: z
    .strictObject({
      kind: z
        .enum(['purpose', 'published', 'uniform'])
        .default('purpose')
        .describe(
          'purpose: a refusal weighs less the more it teaches over-refusal; published: the opposite sign, as in the published code; uniform: every refusal weighs 1',
        ),
      temperature: z
        .number()
        .positive()
        .default(0.05)
        .describe('temperature of the softmax over influences; lower values make the weights differ more'),
      mean: z.number().positive().default(0.5).describe('mean weight of the refusals; known questions weigh 1'),
    })
    .prefault({}),
  tuning: z
    .strictObject({
      lora: lora(),
      train: train({ learningRate: 1e-3, schedule: 'cosine', epochs: 3 }),
    })
    .prefault({}),
  evaluation: z
    .strictObject({
      split: z
        .enum(['test', 'validation'])
        .default('test')
        .describe('part of the data to evaluate on; validation is for choosing settings'),
      maxTokens: positive.default(24).describe('maximum length of an open-ended answer, in tokens'),
      matching: z
        .enum(['words', 'substring', 'exact'])
        .default('words')
        .describe('how a right answer is found in an open-ended answer: as whole words, as a substring, or as the exact answer'),
      bootstrap: z.int().min(100).max(1_000_000).default(10_000).describe('number of bootstrap resamples behind each interval'),
    })
    .prefault({}),
  runtime: z
    .strictObject({
      python: z.string().min(1).nullable().default(null).describe('path of your own Python interpreter; null: the managed one'),
      device: deviceSchema.default('auto').describe('where to compute; auto: the GPU if there is one; cuda:N: GPU number N, from 0'),
      threads: z
        .union([z.literal('auto'), positive])
        .default('auto')
        .describe('number of threads of one computation; results depend on it'),
      distributed: z.null().default(null).describe('reserved for several machines'),
    })
    .prefault({}),
  cache: z
    .strictObject({
      dir: z.string().min(1).nullable().default(null).describe('folder for the results of finished stages; null: $GRAIT_HOME/stages'),
    })
    .prefault({}),
})

/** A complete configuration, with every key filled in. Keys, ranges and meanings: docs/reference/configuration.md. */
export interface Config extends z.infer<typeof configSchema> {}
/** A configuration as written by hand; only data.train is required. Keys, ranges and meanings: docs/reference/configuration.md. */
export interface ConfigInput extends z.input<typeof configSchema> {}
