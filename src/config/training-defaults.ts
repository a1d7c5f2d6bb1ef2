/** The default LoRA settings (Hu et al. 2021); the update is B A x * alpha / rank. */
export const DEFAULT_LORA = { rank: 8, alpha: 16, dropout: 0, targets: 'all-linear' } as const

/** The default training settings: AdamW (beta 0.9, 0.999). */
export const DEFAULT_TRAINING = {
  learningRate: 1e-4,
  schedule: 'cosine',
  warmupRatio: 0.03,
  epochs: 1,
  batchSize: 16,
  accumulation: 1,
  maxGradNorm: 1,
  weightDecay: 0,
  gradientCheckpointing: false,
} as const

/** The default projection of gradient features: a sparse Johnson-Lindenstrauss transform to 8192 dimensions (Kane and Nelson 2014). */
export const DEFAULT_PROJECTION = { kind: 'sjlt', dim: 8192, sparsity: 4, seed: 0 } as const
