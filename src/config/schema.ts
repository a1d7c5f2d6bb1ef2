/**
 * A run's configuration: every key, its type, range and default, once. Types, validation and the published JSON Schema
 * all come from here. Every section may be left out; `data.train` alone has no default.
 */

import { z } from 'zod'
import { DEFAULT_MODEL } from './default-model.js'

const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const positive = z.int().min(1)
const share = z.number().min(0).max(1)

const lora = (defaults: { rank: number; alpha: number; dropout: number; targets: 'all-linear' | string[] }) =>
  z
    .strictObject({
      rank: positive.default(defaults.rank).describe('LoRA rank r'),
      alpha: z.number().positive().default(defaults.alpha).describe('LoRA alpha; the update is scaled by alpha / rank'),
      dropout: z.number().min(0).max(0.99).default(defaults.dropout).describe('dropout on the input of LoRA'),
      targets: z
        .union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)])
        .default(defaults.targets)
        .describe('all-linear, or a list of module names'),
    })
    .prefault({})

const train = (defaults: { learningRate: number; schedule: 'linear' | 'cosine'; epochs: number }) =>
  z
    .strictObject({
      learningRate: z.number().positive().default(defaults.learningRate).describe('peak learning rate of AdamW'),
      schedule: z
        .enum(['linear', 'cosine', 'constant'])
        .default(defaults.schedule)
        .describe('how the learning rate falls after the warm-up'),
      warmupRatio: share.default(0.03).describe('share of the steps in which the learning rate rises'),
      epochs: z.number().min(0).default(defaults.epochs).describe('passes over the samples'),
      batchSize: positive.default(16).describe('samples a micro-batch'),
      accumulation: positive.default(1).describe('micro-batches an optimizer step'),
      maxGradNorm: z.number().min(0).default(1).describe('gradients are clipped to this norm; 0: never'),
      weightDecay: z.number().min(0).default(0).describe('of AdamW'),
      gradientCheckpointing: z
        .boolean()
        .default(false)
        .describe('compute each layer again in the backward pass instead of keeping its activations: less memory, a third more time'),
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
  seed: seed.default(1).describe('random selection, and LoRA initialisation, order and dropout of the tuning'),
  model: z
    .strictObject({
      source: z
        .string()
        .regex(/^(embedded|path|gguf|hub):.+$/, 'must be embedded:NAME, path:DIR, gguf:FILE or hub:ORG/NAME[@REVISION]')
        .default(DEFAULT_MODEL)
        .describe('embedded:NAME, path:DIR, gguf:FILE or hub:ORG/NAME[@REVISION]'),
      dtype: z
        .enum(['auto', 'float32', 'bfloat16', 'float16'])
        .default('auto')
        .describe('auto: what the machine computes fastest without losing accuracy'),
      quantization: z.enum(['none', 'nf4']).default('none').describe('nf4: 4-bit base weights (needs bitsandbytes)'),
      templateOptions: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        .default({})
        .describe('passed to the chat template, e.g. {enable_thinking: false}'),
    })
    .prefault({}),
  data: z.strictObject({
    train: z.string().min(1).describe('the source questions: a data set (atlas, mmlu:test, ...), jsonl:FILE or csv:FILE'),
    tests: z.array(z.string().min(1)).default([]).describe('data sets to evaluate on; none: a part of train, split by group'),
    dir: z.string().nullable().default(null).describe('folder of the data sets, or hub:ORG/NAME[@REVISION]; null: the Hugging Face hub'),
    subjects: z.array(z.string().min(1)).min(1).nullable().default(null).describe('only questions of these subjects; null: all'),
    limit: limit
      .nullable()
      .default(null)
      .describe('a seeded stratified sample of so many questions of each split (a number, or one a split)'),
    split: z
      .strictObject({
        validation: share.default(0.15).describe('share held out for choosing settings'),
        test: share.default(0.25).describe('share held out for the results'),
        seed: seed.default(0).describe('of the order in which groups are dealt'),
      })
      .prefault({})
      .refine((split) => split.validation + split.test < 1, {
        message: 'validation + test must leave something to train on (their sum must be < 1)',
      })
      .describe('shares of train that are held out where no tests are given'),
  }),
  prompts: z
    .strictObject({
      plain: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe('instruction that asks for an answer; null: the default for the kind of question'),
      refuse: z.string().min(1).nullable().default(null).describe('instruction that allows refusing'),
      refusal: z.string().min(1).nullable().default(null).describe('the sentence that the model learns to say'),
      refusalPhrases: z
        .array(z.string().min(1))
        .min(1)
        .nullable()
        .default(null)
        .describe('an answer whose first sentence holds one of these counts as refused'),
    })
    .prefault({}),
  knowledge: z
    .strictObject({
      shots: z
        .int()
        .min(0)
        .nullable()
        .default(null)
        .describe('worked examples before the question; null: 5 for multiple choice, 3 for open-ended'),
      samples: positive.default(10).describe('answers drawn for each open-ended question'),
      temperature: z.number().positive().default(1).describe('at which they are drawn'),
      maxTokens: positive.default(16).describe('longest drawn answer, tokens'),
      threshold: share.default(0.5).describe('T_c: correctness from which a question counts as known'),
      seed: seed.default(0).describe('of the worked examples and the drawn answers'),
      answers: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe('a JSON Lines file of answers made elsewhere; the model is not asked then'),
    })
    .prefault({}),
  rehearsal: z
    .strictObject({
      count: positive.default(100).describe('questions that the model surely knows'),
      minCorrectness: share.default(0.99).describe('least correctness of a question that is surely known'),
      minCertainty: z.number().nullable().default(null).describe('least certainty of an open-ended question; null: minCorrectness'),
      lora: lora({ rank: 8, alpha: 16, dropout: 0, targets: 'all-linear' }),
      train: train({ learningRate: 2e-4, schedule: 'linear', epochs: 1 }),
      seed: seed.default(0).describe('of the choice, and of initialisation, order and dropout of the warm-up'),
    })
    .prefault({}),
  gradients: z
    .strictObject({
      form: z
        .enum(['adam', 'sgd'])
        .default('adam')
        .describe('adam: the step that Adam would take by the kept moments; sgd: the gradient itself'),
      projection: z
        .strictObject({
          kind: z
            .enum(['sjlt', 'rademacher', 'none'])
            .default('sjlt')
            .describe('sjlt: sparse Johnson-Lindenstrauss; rademacher: dense random signs; none: the gradient whole'),
          dim: positive.default(8192).describe('values of a feature'),
          sparsity: positive.default(4).describe('sjlt: dimensions that each coordinate goes to'),
          seed: seed.default(0).describe('of the projection'),
        })
        .prefault({}),
      dtype: z.enum(['float32', 'float16']).default('float32').describe('of the stored features'),
    })
    .prefault({}),
  selection: z
    .strictObject({
      method: z
        .string()
        .min(1)
        .default('grait')
        .describe('how training questions are chosen and weighed; docs/comparing.md names the ways'),
      known: positive.nullable().default(null).describe('questions that keep their answer; null: 80 % of what the unknown ones allow'),
      unknown: positive.nullable().default(null).describe('questions that get the refusal'),
      bySubject: z
        .boolean()
        .default(false)
        .describe('every subject keeps its share of the chosen questions; false: the best are taken, whatever they are about'),
      strictCounts: z.boolean().default(false).describe('stop where there are fewer questions than asked for'),
      seed: seed.nullable().default(null).describe('null: the seed of the run'),
    })
    .prefault({}),
  weighting: z
    .strictObject({
      kind: z
        .enum(['purpose', 'published', 'uniform'])
        .default('purpose')
        .describe(
          'purpose: a refusal weighs less as it teaches over-refusal; published: the sign of the published code; uniform: all weigh 1',
        ),
      temperature: z.number().positive().default(0.05).describe('of the softmax over influences; lower sharpens'),
      mean: z.number().positive().default(0.5).describe('mean weight of the refusals; known questions weigh 1'),
    })
    .prefault({}),
  tuning: z
    .strictObject({
      lora: lora({ rank: 8, alpha: 16, dropout: 0, targets: 'all-linear' }),
      train: train({ learningRate: 1e-3, schedule: 'cosine', epochs: 3 }),
    })
    .prefault({}),
  evaluation: z
    .strictObject({
      split: z.enum(['test', 'validation']).default('test').describe('validation: for choosing settings'),
      maxTokens: positive.default(24).describe('longest open-ended answer, tokens'),
      matching: z.enum(['words', 'substring', 'exact']).default('words').describe('how an alias is looked for in an answer'),
      bootstrap: z.int().min(100).max(1_000_000).default(10_000).describe('resamples behind each interval'),
    })
    .prefault({}),
  runtime: z
    .strictObject({
      python: z.string().min(1).nullable().default(null).describe('an interpreter of your own; null: the managed one'),
      device: z.enum(['auto', 'cpu', 'cuda']).default('auto').describe('where to compute; auto: the GPU where there is one'),
      threads: z
        .union([z.literal('auto'), positive])
        .default('auto')
        .describe('threads of one computation; results depend on their number'),
      distributed: z.null().default(null).describe('kept for several machines'),
    })
    .prefault({}),
  cache: z
    .strictObject({ dir: z.string().min(1).nullable().default(null).describe('finished stages; null: $GRAIT_HOME/stages') })
    .prefault({}),
})

/** A complete configuration, with every key filled in. Keys, ranges and meanings: docs/reference/configuration.md. */
export interface Config extends z.infer<typeof configSchema> {}
/** A configuration as written by hand; only data.train is required. Keys, ranges and meanings: docs/reference/configuration.md. */
export interface ConfigInput extends z.input<typeof configSchema> {}
