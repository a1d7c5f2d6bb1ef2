import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { canonicalJson } from '../../canonical-json.js'
import type { Config } from '../../config/schema.js'
import { GraitError } from '../../errors.js'
import { graitHome } from '../../grait-home.js'
import type { Model } from '../../runtime/model.js'
import type { PythonOptions } from '../../runtime/process/command.js'
import { type ComputeFacts, differences, probeRuntime } from '../../runtime/process/probe.js'
import type { Runtime } from '../../runtime/runtime.js'
import { attachTarget } from '../../runtime/served/attach.js'
import { startRuntime } from '../../runtime/start.js'
import { changedFacts, IdentityCache, type ModelIdentity } from '../cache/model-identity.js'
import type { FullReporter, StageProgress } from '../reporter.js'
import { loadOptions, modelName } from './load-options.js'
import { setupStageProgress } from './setup-progress.js'

/** Options of a session that have nothing to do with the configuration. */
interface SessionOptions {
  /** A served runtime to use, as StartOptions.attach. */
  attach?: string | null | undefined
  /** Read every byte of the model's files, and compare them with what an earlier run found. */
  verify?: boolean | undefined
}

/**
 * The runtime and the model of a run, started when first needed: a run whose stages are all in the cache never starts Python.
 */
export class ModelSession {
  private started: Promise<Runtime> | undefined
  private readonly loaded = new Map<string | undefined, Promise<Model>>()
  private known: Promise<ModelIdentity> | undefined
  /** What a runtime was found to compute with, before one was started. */
  private facts: ComputeFacts | undefined
  /** The identity that an earlier run noted. */
  private remembered: { key: string; identity: ModelIdentity } | undefined
  private readonly identities = new IdentityCache(join(graitHome(), 'models', 'identities'))

  constructor(
    readonly config: Config,
    readonly reporter: FullReporter,
    readonly signal: AbortSignal | undefined,
    private readonly options: SessionOptions = {},
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

  /**
   * What a batch plan depends on beyond a stage's key. Of the memory, only what plans are made from (planning/batches.py): machines of a
   * kind differ by what the firmware keeps for itself.
   */
  async maker(): Promise<unknown> {
    const { device, versions, contractHash } = (await this.runtime()).info
    return { memory: 2 ** Math.floor(Math.log2(device.memoryBytes)), versions, contract: contractHash }
  }

  async close(): Promise<void> {
    const runtime = await this.started?.catch(() => undefined)
    await runtime?.close()
  }

  private async start(): Promise<Runtime> {
    const started = await startRuntime({
      ...this.pythonOptions(),
      attach: this.options.attach,
      onLog: ({ level, message }) => this.reporter.log(level, message),
    })
    const wrong = this.facts === undefined ? [] : differences(started.info, this.facts)
    if (wrong.length === 0) return started
    await started.close()
    throw new GraitError(
      'run_conflict',
      `the runtime computes with something else than what was found before it started: ${wrong.join('; ')}`,
      {
        hint: 'The device or the packages changed meanwhile. Run the same command again.',
        retryable: true,
      },
    )
  }

  private pythonOptions(): PythonOptions {
    const { runtime, model } = this.config
    return {
      ...(runtime.python === null ? {} : { python: runtime.python }),
      device: runtime.device,
      extras: model.quantization === 'nf4' ? ['nf4'] : [],
      threads: runtime.threads === 'auto' ? availableParallelism() : runtime.threads,
      signal: this.signal,
      onSetup: (progress) => this.reporter.stageProgress('setup', setupStageProgress(progress)),
    }
  }

  private async load(adapter: string | undefined): Promise<Model> {
    const runtime = await this.runtime()
    const verify = this.options.verify === true && adapter === undefined
    const onProgress = (progress: StageProgress) => this.reporter.stageProgress('download', progress)
    const asked = { ...loadOptions(this.config.model), adapter, verify }
    const model = await runtime.loadModel({ ...asked, signal: this.signal, onProgress })
    if (adapter === undefined) await this.requireSystemMessage(model)
    if (adapter === undefined) await this.requireRemembered(identityOf(runtime, model))
    else await this.requireSameBase(runtime)
    return model
  }

  /** A chat template that takes no system message is refused before anything is computed. */
  private async requireSystemMessage(model: Model): Promise<void> {
    const { system } = this.config.prompts
    if (system === null) return
    const messages = [{ role: 'system', content: system } as const, { role: 'user', content: 'Question?' } as const]
    await model.renderPrompts([{ id: 'prompts.system', messages }], { signal: this.signal })
  }

  /**
   * The revision of a model with an adapter is of both, so the model is looked at once more without it: its files may have been replaced
   * since the session began. Its weights are in memory anyway.
   */
  private async requireSameBase(runtime: Runtime): Promise<void> {
    const before = await this.model()
    const now = await runtime.loadModel({ ...loadOptions(this.config.model), signal: this.signal })
    await now.unload()
    if (now.info.revision === before.info.revision) return
    throw new GraitError('run_conflict', `${modelName(this.config.model)}: its files were replaced while they were in use`, {
      hint: 'Run the same command again when they no longer change.',
      details: { before: before.info.revision, now: now.info.revision },
      retryable: true,
    })
  }

  /** Finished stages were looked up under the remembered identity; what is computed now must belong under the same. */
  private async requireRemembered(found: ModelIdentity): Promise<void> {
    if (this.remembered === undefined) return
    const { key, identity } = this.remembered
    const changed = changes(found, identity)
    if (changed.length === 0) return
    await this.identities.forget(key)
    throw new GraitError(
      'run_conflict',
      `${modelName(this.config.model)}: the model is not the one that was remembered: ${changed.join('; ')}`,
      {
        hint: 'Run the same command again: the model is then looked at anew.',
        retryable: true,
      },
    )
  }

  private async identify(): Promise<ModelIdentity> {
    // A served runtime may have other threads, another device or another interpreter than this configuration's.
    if (attachTarget(this.options.attach) !== undefined) return this.ask()
    const cache = this.identities
    this.facts = await probeRuntime(this.pythonOptions())
    const key = await cache.keyOf(this.config, this.facts)
    const before = key === undefined ? undefined : await cache.find(key)
    if (key !== undefined && before !== undefined) {
      this.remembered = { key, identity: before }
      if (this.options.verify === true) await this.model()
      return before
    }
    const identity = await this.ask()
    if (key !== undefined) await cache.keep(key, identity)
    return identity
  }

  private async ask(): Promise<ModelIdentity> {
    return identityOf(await this.runtime(), await this.model())
  }
}

function identityOf(runtime: Runtime, { info }: Model): ModelIdentity {
  return {
    revision: info.revision,
    dtype: info.dtype,
    device: info.device,
    deviceName: runtime.info.device.name,
    threads: runtime.info.device.threads,
    architecture: info.architecture,
    contextLength: info.contextLength,
    hasChatTemplate: info.hasChatTemplate,
    // Without a template, what a model reads is decided here and not by its files.
    templateDigest: info.templateDigest ?? COMPLETION_FORM,
    templateDate: info.templateDate,
    versions: runtime.info.versions,
  }
}

/** The form "Question: ... Answer:" as models without a chat template are asked; another name for another form. */
const COMPLETION_FORM = 'completion-1'

/** What differs, one phrase each. */
function changes(found: ModelIdentity, before: ModelIdentity): string[] {
  return changedFacts(found, before).map((name) => `${name} is ${canonicalJson(found[name])}, not ${canonicalJson(before[name])}`)
}
