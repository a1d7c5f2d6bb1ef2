import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config/schema.js'
import type { Model } from '../runtime/model.js'
import { graitHome } from '../runtime/provision/home.js'
import { provideRuntime } from '../runtime/provision/provide.js'
import { type Runtime, startRuntime } from '../runtime/runtime.js'
import { IdentityCache, type ModelIdentity } from './model-identity.js'
import type { RunReporter } from './reporter.js'

/**
 * The runtime and the model of a run, started at the first need: a run whose stages are all there never starts Python.
 */
export class Session {
  private started: Promise<Runtime> | undefined
  private loaded: Promise<Model> | undefined
  private known: Promise<ModelIdentity> | undefined

  constructor(
    readonly config: Config,
    readonly reporter: RunReporter,
    readonly signal: AbortSignal | undefined,
  ) {}

  runtime(): Promise<Runtime> {
    this.started ??= this.start()
    return this.started
  }

  model(): Promise<Model> {
    this.loaded ??= this.load()
    return this.loaded
  }

  identity(): Promise<ModelIdentity> {
    this.known ??= this.identify()
    return this.known
  }

  /** What a batch plan depends on beyond a stage's key. */
  async maker(): Promise<unknown> {
    const { info } = await this.runtime()
    return { memoryBytes: info.device.memoryBytes, versions: info.versions, contract: info.contractHash }
  }

  async close(): Promise<void> {
    const runtime = await this.started?.catch(() => undefined)
    await runtime?.close()
  }

  private async start(): Promise<Runtime> {
    const { runtime } = this.config
    return startRuntime({
      ...(runtime.python === null ? {} : { python: runtime.python }),
      device: runtime.device,
      threads: runtime.threads === 'auto' ? availableParallelism() : runtime.threads,
      ...(this.signal === undefined ? {} : { signal: this.signal }),
      onSetupProgress: (progress) => this.reporter.stageProgress('setup', { done: progress.done, total: progress.total, unit: 'steps', note: progress.step }),
    })
  }

  private async load(): Promise<Model> {
    const runtime = await this.runtime()
    const { source, dtype, quantization, templateOptions } = this.config.model
    return runtime.loadModel({ source, dtype, quantization, templateOptions })
  }

  private async identify(): Promise<ModelIdentity> {
    const cache = new IdentityCache(join(graitHome(), 'models', 'identities'))
    const { python } = await provideRuntime({
      ...(this.config.runtime.python === null ? {} : { python: this.config.runtime.python }),
      device: this.config.runtime.device,
      onProgress: (progress) => this.reporter.stageProgress('setup', { done: progress.done, total: progress.total, unit: 'steps', note: progress.step }),
      ...(this.signal === undefined ? {} : { signal: this.signal }),
    })
    const key = await cache.keyOf(this.config, python)
    const before = key === undefined ? undefined : await cache.find(key)
    if (before !== undefined) return before
    const [runtime, model] = [await this.runtime(), await this.model()]
    const identity: ModelIdentity = {
      revision: model.info.revision,
      dtype: model.info.dtype,
      device: model.info.device,
      threads: runtime.info.device.threads,
      architecture: model.info.architecture,
      contextLength: model.info.contextLength,
      hasChatTemplate: model.info.hasChatTemplate,
      versions: runtime.info.versions,
    }
    if (key !== undefined) await cache.keep(key, identity)
    return identity
  }
}
