import { cp } from 'node:fs/promises'
import type { Result } from '../../bridge/contract.js'
import type { CallOptions } from '../../bridge/open-call.js'
import { finishedFolder } from './finished-folder.js'
import type { RuntimeHost } from './host.js'
import { mergeAdapter } from './merge-adapter.js'

/** The result of a LoRA training: number of steps, loss of each step, tokens, seconds and skipped samples. */
export interface TrainResult extends Result<'trainLora'> {}

/** A trained LoRA adapter: a PEFT folder, with `optimizer.safetensors` if AdamW's moments were kept. */
export class Adapter {
  /** Path of the PEFT folder. */
  readonly path: string
  /** Number of steps, loss of each step, tokens, seconds and skipped samples. */
  readonly result: TrainResult
  readonly #host: RuntimeHost
  readonly #model: () => string

  /** @internal Adapters come from Model.trainLora. `model` gives the handle of its model, or throws if that was unloaded. */
  constructor(host: RuntimeHost, model: () => string, result: TrainResult) {
    this.#host = host
    this.#model = model
    this.path = result.path
    this.result = result
  }

  /** Copies the adapter to `folder`, which must be empty or missing and appears only when complete. Returns its absolute path. */
  async save(folder: string): Promise<string> {
    const { path } = await finishedFolder(folder, (unfinished) => cp(this.path, unfinished, { recursive: true }))
    return path
  }

  /** Writes the model with the adapter merged into its weights (safetensors) to `folder`, as `save` does. Returns its absolute path. */
  async merge(folder: string, options: CallOptions = {}): Promise<string> {
    return mergeAdapter(this.#host, this.#model(), this, folder, options)
  }
}
