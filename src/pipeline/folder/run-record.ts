import { cpus, totalmem } from 'node:os'
import type { Config } from '../../config/schema.js'
import { digestOf } from '../cache/digest.js'
import type { ModelIdentity } from '../cache/model-identity.js'
import type { FinishedStage } from '../cache/stage-cache.js'
import type { RunInputs } from './earlier-results.js'
import type { RunDirectory } from './run-directory.js'

interface StageEntry {
  name: string
  key: string
  reused: boolean
  seconds: number
}

/** run.json: what ran, with which versions, on which machine and for how long. The only file of a run that contains times. */
export class RunRecord {
  private readonly stages: StageEntry[] = []
  private readonly startedAt = new Date()
  private identity: ModelIdentity | undefined
  private inputs: RunInputs | undefined

  constructor(
    private readonly directory: RunDirectory,
    private readonly name: string,
    private readonly config: Config,
    /** What a comparison varies, in its order. */
    private readonly compared?: { methods: string[]; seeds: number[] },
  ) {}

  async begin(identity: ModelIdentity, inputs: RunInputs): Promise<void> {
    this.identity = identity
    this.inputs = inputs
    await this.write('running')
  }

  async add(stage: FinishedStage, name: string): Promise<void> {
    this.stages.push({ name, key: stage.key, reused: stage.reused, seconds: Math.round(stage.seconds * 1000) / 1000 })
    await this.write('running')
  }

  async finish(): Promise<void> {
    await this.write('finished')
  }

  private async write(status: 'running' | 'finished'): Promise<void> {
    const document = {
      name: this.name,
      status,
      startedAt: this.startedAt.toISOString(),
      finishedAt: status === 'finished' ? new Date().toISOString() : null,
      configuration: digestOf(this.config),
      seed: this.config.seed,
      ...this.compared,
      model: this.config.model.source,
      ...(this.config.model.adapter === null ? {} : { adapter: this.config.model.adapter }),
      identity: this.identity,
      inputs: this.inputs,
      node: process.version,
      machine: { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem(), platform: process.platform },
      stages: this.stages,
      results: this.directory.results,
    }
    await this.directory.write('run.json', `${JSON.stringify(document, null, 2)}\n`)
  }
}
