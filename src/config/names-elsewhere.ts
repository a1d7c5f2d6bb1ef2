/** What other trainers call a key of the configuration, without case, `-` and `_`: the key's path. */
const ELSEWHERE: Record<string, string> = {
  learningrate: 'tuning.train.learningRate',
  lr: 'tuning.train.learningRate',
  numtrainepochs: 'tuning.train.epochs',
  epochs: 'tuning.train.epochs',
  perdevicetrainbatchsize: 'tuning.train.batchSize',
  batchsize: 'tuning.train.batchSize',
  microbatchsize: 'tuning.train.batchSize',
  gradientaccumulationsteps: 'tuning.train.accumulation',
  gradientcheckpointing: 'tuning.train.gradientCheckpointing',
  lrschedulertype: 'tuning.train.schedule',
  warmupratio: 'tuning.train.warmupRatio',
  weightdecay: 'tuning.train.weightDecay',
  maxgradnorm: 'tuning.train.maxGradNorm',
  lorar: 'tuning.lora.rank',
  lorarank: 'tuning.lora.rank',
  r: 'tuning.lora.rank',
  rank: 'tuning.lora.rank',
  loraalpha: 'tuning.lora.alpha',
  loradropout: 'tuning.lora.dropout',
  targetmodules: 'tuning.lora.targets',
  loratarget: 'tuning.lora.targets',
  loratargetmodules: 'tuning.lora.targets',
  modelnameorpath: 'model.source',
  basemodel: 'model.source',
  model: 'model.source',
  torchdtype: 'model.dtype',
  dtype: 'model.dtype',
  bf16: 'model.dtype',
  fp16: 'model.dtype',
  loadin4bit: 'model.quantization',
  quantizationbit: 'model.quantization',
  adapternameorpath: 'model.adapter',
  enablethinking: 'model.templateOptions',
  dataset: 'data.train',
  datasets: 'data.train',
  trainfile: 'data.train',
  datasetdir: 'data.dir',
  maxsamples: 'data.limit',
  limit: 'data.limit',
  numfewshot: 'knowledge.shots',
  numgenerations: 'knowledge.samples',
  temperature: 'knowledge.temperature',
  maxnewtokens: 'evaluation.maxTokens',
  systemprompt: 'prompts.system',
  device: 'runtime.device',
  trainseed: 'seed',
}

/** The path of the key that other trainers call `name` (learning_rate, lora_r, ...); undefined if it is not such a name. */
export function keyCalledElsewhere(name: string): string | undefined {
  const plain = name.toLowerCase().replace(/[-_]/g, '')
  return Object.hasOwn(ELSEWHERE, plain) ? ELSEWHERE[plain] : undefined
}

/** Every path that a name elsewhere leads to. */
export function pathsCalledElsewhere(): string[] {
  return [...new Set(Object.values(ELSEWHERE))]
}
