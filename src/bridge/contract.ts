/**
 * Every operation of the runtime, once: its request, its stream item (where it streams) and its result.
 * grait_runtime/contract.py holds the same shapes as msgspec Structs; the handshake compares a hash of both,
 * and a test compares them field by field.
 *
 * Keep to what both sides can say: objects, arrays, strings, numbers, booleans, string enums, null, string-keyed maps.
 * No field is optional on the wire; absence is `null`. Objects are strict on both sides.
 */
import { z } from 'zod'
import { WIRE_ERROR_CODES } from '../errors.js'

/** Protocol version; increased when the meaning of a message changes but its shape does not. */
export const PROTOCOL_VERSION = 1

const int = () => z.int().min(Number.MIN_SAFE_INTEGER)
const count = () => z.int().min(0)

/** A tensor of this message: `frame` is the index of its raw little-endian frame, counted from the first frame after the header. */
export const tensor = z.strictObject({
  dtype: z.enum(['float16', 'float32', 'float64', 'int32', 'int64']),
  shape: z.array(count()),
  frame: count(),
})
export type TensorRef = z.infer<typeof tensor>

export const message = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })
/** One turn of a chat: who speaks (`role`) and the text (`content`). */
export interface Message extends z.infer<typeof message> {}

/** An item that could not be computed; the rest of its batch is unaffected. */
export const failure = z.strictObject({
  id: z.string(),
  code: z.enum(['too_long', 'empty_target', 'non_finite', 'out_of_memory', 'invalid_item']),
  message: z.string(),
})
/** An item that could not be computed, and why. The rest of its batch is unaffected. */
export interface ItemFailure extends z.infer<typeof failure> {}

/** Exactly one of `messages` (rendered by the model's chat template) and `prompt` (taken as it is) is not null. */
const promptFields = { id: z.string(), messages: z.array(message).nullable(), prompt: z.string().nullable() }

/** A training or gradient sample. `weight` multiplies its loss. */
export const wireSample = z.strictObject({ ...promptFields, target: z.string(), weight: z.number() })
export type WireSample = z.infer<typeof wireSample>

/** How many times the batch limits have been halved because memory ran out. */
const halvings = count()
/** How the whole input is divided into planned batches, and which of them the caller already has. */
const planFields = {
  /** Maximum number of tokens (rows x padded length) in one batch; null: chosen from the available memory. */
  tokenBudget: count().nullable(),
  /** Planned batches that are not computed again. */
  completed: z.array(count()),
  /** The value of the last completed batch; 0 when there is none. */
  halvings,
}
/**
 * The end of a planned stream. `plan` is a hash of the batch plan and of everything that decides the bytes (weights, dtype, kind of
 * device, threads, limits, versions): a caller that resumes checks that it has not changed.
 */
const planResult = z.strictObject({ plan: z.string(), batches: count() })

const deviceKind = z.enum(['cpu', 'cuda', 'mps'])
const dtype = z.enum(['float32', 'bfloat16', 'float16'])

export const loraSettings = z.strictObject({
  /** LoRA rank r; the matrices are A [r, in] and B [out, r]. */
  rank: count(),
  /** Scaling factor; the update is B A x * alpha / rank. */
  alpha: z.number(),
  /** Dropout on the input of A, 0 to 1; used in training only. */
  dropout: z.number(),
  /** Modules that get an adapter: ["all-linear"], or module names in the form of PEFT's target_modules. */
  targets: z.array(z.string()),
})
/** LoRA settings: rank r, alpha (the update is scaled by alpha / r), dropout on the input, and the modules that get an adapter. */
export interface LoraSettings extends z.infer<typeof loraSettings> {}

export const trainSettings = z.strictObject({
  /** Peak learning rate, reached at the end of the warm-up. */
  learningRate: z.number(),
  /** How the learning rate decays after the warm-up. */
  schedule: z.enum(['linear', 'cosine', 'constant']),
  /** Fraction of the optimizer steps used for warm-up, in which the learning rate rises from 0. */
  warmupRatio: z.number(),
  /** Number of passes over the samples; may be a fraction. */
  epochs: z.number(),
  /** Samples per micro-batch. */
  batchSize: count(),
  /** Micro-batches per optimizer step (gradient accumulation). */
  accumulation: count(),
  /** Gradients with a larger L2 norm are scaled down to this norm. */
  maxGradNorm: z.number(),
  /** AdamW's decoupled weight decay. */
  weightDecay: z.number(),
  /** Store only each layer's input and recompute the layer in the backward pass, to save memory. */
  gradientCheckpointing: z.boolean(),
})
/** Training settings: AdamW, the learning-rate schedule, micro-batches and gradient clipping. */
export interface TrainSettings extends z.infer<typeof trainSettings> {}

export const projectionSettings = z.strictObject({
  kind: z.enum(['sjlt', 'rademacher', 'none']),
  /** Number of values in a projected row. */
  dim: count(),
  /** For kind sjlt: the number of dimensions that each coordinate is added to. */
  sparsity: count(),
  /** Seed of the random projection; rows made with different seeds cannot be compared. */
  seed: int(),
})
/** Settings of the projection of a gradient to `dim` values: `sjlt` (sparse), `rademacher` (dense random signs / sqrt(dim)) or `none`. */
export interface ProjectionSettings extends z.infer<typeof projectionSettings> {}

const nothing = z.strictObject({})

export const operations = {
  handshake: {
    request: z.strictObject({ protocol: int(), contractHash: z.string(), client: z.string() }),
    item: null,
    result: z.strictObject({
      protocol: int(),
      contractHash: z.string(),
      /** Package name -> version: python, grait_runtime, torch, transformers, peft, accelerate, ... */
      versions: z.record(z.string(), z.string()),
      /** The compute device, its memory and the number of torch threads. */
      device: z.strictObject({ kind: deviceKind, name: z.string(), memoryBytes: count(), threads: count() }),
      /** The dtype that `auto` stands for on this machine. */
      dtype,
      pid: count(),
    }),
  },
  /** Does nothing; measures the round trip. */
  noop: { request: nothing, item: null, result: nothing },
  loadModel: {
    request: z.strictObject({
      /** embedded:NAME, path:DIR, gguf:FILE or hub:ORG/NAME[/FILE.gguf][@REVISION] */
      source: z.string(),
      dtype: z.enum(['auto', 'float32', 'bfloat16', 'float16']),
      quantization: z.enum(['none', 'nf4']),
      /** An adapter that is merged into the weights when they are loaded: path:DIR or hub:ORG/NAME[@REVISION]. */
      baseAdapter: z.string().nullable(),
      /** Folder of a PEFT adapter to apply to the weights. */
      adapter: z.string().nullable(),
      /** Passed to the chat template, e.g. {enable_thinking: false}; `date` (YYYY-MM-DD) is the day that it is given for today. */
      templateOptions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      /** Read every byte of the files, also of those that were not touched since their digest was last computed. */
      verify: z.boolean(),
    }),
    item: null,
    result: z.strictObject({
      /** Handle for the other operations. */
      model: z.string(),
      /** SHA-256 that changes with weights, merged adapter, quantization, configuration, tokenizer or chat template. */
      revision: z.string(),
      /** Class of the model, e.g. LlamaForCausalLM. */
      architecture: z.string(),
      /** Data type of the weights and of the computation. */
      dtype,
      device: deviceKind,
      /** Number of parameters. */
      parameters: count(),
      /** Number of layers: those of its hidden states are 0 (the embeddings) to this one. */
      layers: count(),
      /** Maximum number of tokens of a prompt and its continuation together. */
      contextLength: count(),
      /** False: the model takes only text prompts, no chat messages. */
      hasChatTemplate: z.boolean(),
      /** SHA-256 of short conversations as the chat template renders them with its options; null without a template. */
      templateDigest: z.string().nullable(),
      /** The day that the chat template is given for today, as YYYY-MM-DD; null if it does not ask. */
      templateDate: z.string().nullable(),
      /** The token that ends every turn and every target. */
      endOfTurn: z.string(),
      /** What was tried with the model when it was loaded, in order. */
      checks: z.array(
        z.strictObject({
          /** What was tried: vocabulary, positions, attention, causal, cache, padding, samples, sharing, ... */
          name: z.string(),
          /**
           * right: the fast way gives the model's own numbers. slower: a slower way does, and is taken. limited: some input is
           * refused.
           */
          verdict: z.enum(['right', 'slower', 'limited']),
          message: z.string(),
        }),
      ),
    }),
  },
  unloadModel: { request: z.strictObject({ model: z.string() }), item: null, result: nothing },
  countTokens: {
    request: z.strictObject({ model: z.string(), items: z.array(z.strictObject(promptFields)) }),
    item: null,
    result: z.strictObject({ counts: z.array(count()) }),
  },
  renderPrompts: {
    request: z.strictObject({
      model: z.string(),
      /** The answer that is trained on, if there is one. */
      items: z.array(z.strictObject({ ...promptFields, target: z.string().nullable() })),
    }),
    item: null,
    result: z.strictObject({
      prompts: z.array(
        z.strictObject({
          id: z.string(),
          /** The text of the prompt's tokens, special tokens included. */
          prompt: z.string(),
          promptTokens: count(),
          /** The target with the end-of-turn token; null without a target. */
          target: z.string().nullable(),
          targetTokens: count(),
        }),
      ),
      /** The tokens that end an answer. */
      stopTokens: z.array(z.string()),
    }),
  },
  scoreOptions: {
    request: z.strictObject({
      model: z.string(),
      items: z.array(z.strictObject({ ...promptFields, options: z.array(z.string()) })),
      ...planFields,
    }),
    item: z.strictObject({
      batch: count(),
      ids: z.array(z.string()),
      /** Number of options of each id, in the order of `ids`. */
      counts: z.array(count()),
      /** float64 [sum of counts], nats: log p(option | prompt), summed over the option's tokens. */
      logprobs: tensor,
      failures: z.array(failure),
      halvings,
    }),
    result: planResult,
  },
  hiddenStates: {
    request: z.strictObject({
      model: z.string(),
      items: z.array(z.strictObject(promptFields)),
      /** 0: the embeddings; n: the output of layer n, which for the last one is what the head reads. */
      layers: z.array(count()),
      /** Whose states: the prompt's last token. */
      position: z.enum(['last']),
      ...planFields,
    }),
    item: z.strictObject({
      batch: count(),
      ids: z.array(z.string()),
      /** float32 [ids, layers, hidden size] */
      states: tensor,
      failures: z.array(failure),
      halvings,
    }),
    result: planResult,
  },
  generate: {
    request: z.strictObject({
      model: z.string(),
      items: z.array(z.strictObject(promptFields)),
      /** Number of samples per prompt. */
      samples: count(),
      /** 0: greedy. */
      temperature: z.number(),
      maxTokens: count(),
      /** Stop strings: a text ends before the first of these that comes with or after its first visible character. */
      stop: z.array(z.string()),
      seed: int(),
      /** Maximum number of tokens of a thought before an answer, which is not part of the text; 0: models are kept from thinking. */
      thinkTokens: count(),
      /** Answers that are scored after every prompt, encoded like training targets; none if thinkTokens is above 0. */
      targets: z.array(
        z.strictObject({
          text: z.string(),
          /** Whether the end-of-turn token that a training target ends with is scored too. */
          ends: z.boolean(),
        }),
      ),
      ...planFields,
    }),
    item: z.strictObject({
      batch: count(),
      rows: z.array(
        z.strictObject({
          id: z.string(),
          /** One text per requested sample, without special tokens. */
          texts: z.array(z.string()),
          /** Number of tokens drawn for each text, including the one that ended it, but none of a thought before it. */
          tokens: z.array(count()),
          /** Sum of the log-probabilities (at temperature 1) of those tokens, nats. */
          logprobs: z.array(z.number()),
          /** log p(target | prompt) of each of the request's targets, nats, summed over `tokens` tokens. */
          targets: z.array(z.strictObject({ logprob: z.number(), tokens: count() })),
        }),
      ),
      failures: z.array(failure),
      halvings,
    }),
    result: planResult,
  },
  embed: {
    request: z.strictObject({
      /** embedded:all-minilm-l6-v2 or path:DIR */
      source: z.string(),
      texts: z.array(z.string()),
      ...planFields,
    }),
    item: z.strictObject({
      batch: count(),
      /** Positions in `texts`. */
      indices: z.array(count()),
      /** float32 [indices, dim], rows L2-normalised. */
      embeddings: tensor,
      halvings,
    }),
    result: planResult,
  },
  trainLora: {
    request: z.strictObject({
      model: z.string(),
      samples: z.array(wireSample),
      lora: loraSettings,
      train: trainSettings,
      seed: int(),
      /** Also write optimizer.safetensors (AdamW's moments of every LoRA parameter). */
      keepOptimizer: z.boolean(),
      /** An empty or missing folder; holds a PEFT adapter when the call returns. */
      output: z.string(),
      /** Where to save checkpoints, from which an interrupted training resumes; null: no checkpoints. */
      checkpoint: z.strictObject({ dir: z.string(), everySteps: count() }).nullable(),
    }),
    item: null,
    result: z.strictObject({
      /** Folder of the adapter. */
      path: z.string(),
      /** Number of optimizer steps. */
      steps: count(),
      /** Loss of every optimizer step. */
      losses: z.array(z.number()),
      /** Number of prompt and target tokens processed, without padding. */
      tokens: count(),
      seconds: z.number(),
      /** Samples that were left out, and why. */
      failures: z.array(failure),
      /** How many times the limits of a micro-batch were halved because memory ran out. */
      halvings,
    }),
  },
  gradientFeatures: {
    request: z.strictObject({
      model: z.string(),
      samples: z.array(wireSample),
      /** The rehearsed adapter; form adam requires its optimizer.safetensors. */
      adapter: z.string(),
      form: z.enum(['sgd', 'adam']),
      projection: projectionSettings,
      normalise: z.boolean(),
      dtype: z.enum(['float32', 'float16']),
      ...planFields,
    }),
    item: z.strictObject({
      batch: count(),
      ids: z.array(z.string()),
      /** [ids, dim] */
      features: tensor,
      /** float32 [ids]: L2 norm of each row before normalising. */
      norms: tensor,
      failures: z.array(failure),
      halvings,
    }),
    result: planResult,
  },
  mergeAdapter: {
    request: z.strictObject({ model: z.string(), adapter: z.string(), output: z.string() }),
    item: null,
    result: z.strictObject({ path: z.string() }),
  },
} as const satisfies Record<string, { request: z.ZodType; item: z.ZodType | null; result: z.ZodType }>

export type Operations = typeof operations
export type OperationName = keyof Operations
export type StreamName = { [K in OperationName]: Operations[K]['item'] extends null ? never : K }[OperationName]
export type Request<K extends OperationName> = z.infer<Operations[K]['request']>
export type Result<K extends OperationName> = z.infer<Operations[K]['result']>
export type Item<K extends StreamName> = Operations[K]['item'] extends z.ZodType ? z.infer<Operations[K]['item']> : never

/** The header of every message the client sends on the data socket. */
export const clientHeader = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), id: count(), operation: z.string(), request: z.unknown(), credit: count() }),
  z.strictObject({ kind: z.literal('credit'), id: count(), credit: count() }),
])
/** The header of every message the client sends on the control socket. */
export const controlHeader = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ping'), id: count() }),
  z.strictObject({ kind: z.literal('cancel'), id: count() }),
  z.strictObject({ kind: z.literal('shutdown'), id: count() }),
])
export const wireError = z.strictObject({
  code: z.enum(WIRE_ERROR_CODES),
  message: z.string(),
  hint: z.string().nullable(),
  /** JSON text of a map: field paths, limits, ids. */
  details: z.string(),
  retryable: z.boolean(),
  traceback: z.string().nullable(),
})
export type WireError = z.infer<typeof wireError>
/** The header of every message the runtime sends; control answers `pong` with the ping's id. */
export const serverHeader = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('item'), id: count(), item: z.unknown() }),
  z.strictObject({ kind: z.literal('progress'), id: count(), done: z.number(), total: z.number(), unit: z.string(), note: z.string() }),
  z.strictObject({ kind: z.literal('warning'), id: count(), message: z.string() }),
  z.strictObject({ kind: z.literal('result'), id: count(), result: z.unknown() }),
  z.strictObject({ kind: z.literal('error'), id: count(), error: wireError }),
  z.strictObject({ kind: z.literal('pong'), id: count() }),
])
export type ClientHeader = z.infer<typeof clientHeader>
export type ControlHeader = z.infer<typeof controlHeader>
export type ServerHeader = z.infer<typeof serverHeader>
