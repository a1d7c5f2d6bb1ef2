import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../../config/schema.js'
import { graitHome } from '../../grait-home.js'
import type { Model } from '../../runtime/model.js'
import { provideRuntime } from '../../runtime/provision/provide.js'
import type { Runtime } from '../../runtime/runtime.js'
import { attachTarget } from '../../runtime/served/attach.js'
import { startRuntime } from '../../runtime/start.js'
import { IdentityCache, type ModelIdentity } from '../cache/model-identity.js'
import type { FullReporter } from '../reporter.js'

/**
 * The runtime and the model of a run, started when first needed: a run whose stages are all in the cache never starts Python.
 */
export class ModelSession {
  private started: Promise<Runtime> | undefined
  private readonly loaded = new Map<string | undefined, Promise<Model>>()
  private known: Promise<ModelIdentity> | undefined

  constructor(
    readonly config: Config,
    readonly reporter: FullReporter,
    readonly signal: AbortSignal | undefined,
    /** A served runtime to use, as StartOptions.attach. */
    readonly attach?: string | null | undefined,
  ) {}

  runtime(): Promise<Runtime> {
    this.started ??= this.start()
    return this.started
  }

  /** The run's model, with an adapter if one is given. The runtime keeps one copy of the weights for all. */
  model(adapter?: string): Promise<Model> {
    let model = this.loaded.get(adapter)
    if (model === undefined) {
      model = this.load(adapter)
      this.loaded.set(adapter, model)
    }
    return model
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
    const { runtime, model } = this.config
    return startRuntime({
      ...(runtime.python === null ? {} : { python: runtime.python }),
      attach: this.attach,
      device: runtime.device,
      extras: model.quantization === 'nf4' ? ['nf4'] : [],
      threads: runtime.threads === 'auto' ? availableParallelism() : runtime.threads,
      signal: this.signal,
      onLog: ({ level, message }) => this.reporter.log(level, message),
      onSetup: (progress) =>
        this.reporter.stageProgress('setup', { done: progress.done, total: progress.total, unit: 'steps', note: progress.step }),
    })
  }

  private async load(adapter: string | undefined): Promise<Model> {
    const runtime = await this.runtime()
    const { source, dtype, quantization, templateOptions } = this.config.model
    return runtime.loadModel({ source, dtype, quantization, templateOptions, adapter, signal: this.signal })
  }

  private async identify(): Promise<ModelIdentity> {
    // A served runtime may have other threads, another device or another interpreter than this configuration's.
    if (attachTarget(this.attach) !== undefined) return this.ask()
    const cache = new IdentityCache(join(graitHome(), 'models', 'identities'))
    const { python } = await provideRuntime({
      ...(this.config.runtime.python === null ? {} : { python: this.config.runtime.python }),
      device: this.config.runtime.device,
      onProgress: (progress) =>
        this.reporter.stageProgress('setup', { done: progress.done, total: progress.total, unit: 'steps', note: progress.step }),
      signal: this.signal,
    })
    const key = await cache.keyOf(this.config, python)
    const before = key === undefined ? undefined : await cache.find(key)
    if (before !== undefined) return before
    const identity = await this.ask()
    if (key !== undefined) await cache.keep(key, identity)
    return identity
  }

  private async ask(): Promise<ModelIdentity> {
    const [runtime, model] = [await this.runtime(), await this.model()]
    return {
      revision: model.info.revision,
      dtype: model.info.dtype,
      device: model.info.device,
      threads: runtime.info.device.threads,
      architecture: model.info.architecture,
      contextLength: model.info.contextLength,
      hasChatTemplate: model.info.hasChatTemplate,
      templateDigest: model.info.templateDigest,
      templateDate: model.info.templateDate,
      versions: runtime.info.versions,
    }
  }
}
