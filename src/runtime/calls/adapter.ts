import { cp } from 'node:fs/promises'
import type { Result } from '../../bridge/contract.js'
import type { CallOptions } from '../../bridge/open-call.js'
import { finishedFolder } from './finished-folder.js'
import type { RuntimeHost } from './host.js'
import { mergeAdapter } from './merge-adapter.js'

/** What a training came to: steps, the loss of each, tokens, seconds, samples left out. */
export interface TrainResult extends Result<'trainLora'> {}

/** A trained LoRA adapter: a PEFT folder, with `optimizer.safetensors` where the moments were kept. */
export class Adapter {
  /** The PEFT folder. */
  readonly path: string
  /** Steps, loss of every step, tokens, seconds, samples left out. */
  readonly result: TrainResult
  readonly #host: RuntimeHost
  readonly #model: string

  /** @internal Adapters come from Model.trainLora. */
  constructor(host: RuntimeHost, model: string, result: TrainResult) {
    this.#host = host
    this.#model = model
    this.path = result.path
    this.result = result
  }

  /** Copy the adapter to `folder`, which appears when complete; it must be empty or missing. Gives its absolute path. */
  async save(folder: string): Promise<string> {
    const { path } = await finishedFolder(folder, (unfinished) => cp(this.path, unfinished, { recursive: true }))
    return path
  }

  /** Write the model with the adapter merged into its weights (safetensors) to `folder`, as `save` does. Gives its absolute path. */
  merge(folder: string, options: CallOptions = {}): Promise<string> {
    return mergeAdapter(this.#host, this.#model, this, folder, options)
  }
}
