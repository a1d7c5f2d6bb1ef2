import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BridgeClient } from '../bridge/client.js'
import type { RuntimeInfo } from '../bridge/handshake.js'
import type { CallOptions } from '../bridge/open-call.js'
import { newTemporaryFolder } from '../disk/temporary-folder.js'
import { onProcessExit } from '../exit-hook.js'
import { EMBEDDER, type EmbedderOptions, type Embedding, type EmbeddingBatch, embed, embedBatches } from './calls/embed.js'
import type { RuntimeHost } from './calls/host.js'
import { refuseUnknownOptions } from './calls/known-options.js'
import { BATCHES, type BatchOptions, type Plan, STREAM, type StreamOptions } from './calls/stream-options.js'
import { type LoadModelOptions, Model } from './model.js'

/** A connection to a runtime, started or attached. */
export interface RuntimeConnection {
  client: BridgeClient
  close(): Promise<void>
  /** See RuntimeHost. */
  live?(handle: string): Promise<unknown>
}

/** A running Python runtime that loads models and embeds texts. Close it when done. A script that forgets to ends when nothing is in flight, and the runtime with it. */
export class Runtime {
  /** What the runtime reports about itself: package versions, device, memory, default dtype. */
  readonly info: RuntimeInfo
  readonly #connection: RuntimeConnection
  readonly #host: RuntimeHost
  #scratch: Promise<ScratchFolder> | undefined
  #paths = 0

  /** @internal Runtimes come from startRuntime. */
  constructor(connection: RuntimeConnection, info: RuntimeInfo, warn: (message: string) => void) {
    this.info = info
    this.#connection = connection
    this.#host = {
      client: connection.client,
      warn,
      scratchPath: (name) => this.#scratchPath(name),
      live: connection.live?.bind(connection),
    }
  }

  /** Loads a model; without `source`, the small model that is included. @throws GraitError model_not_found, invalid_request */
  loadModel(options: LoadModelOptions = {}): Promise<Model> {
    return Model.load(this.#host, options)
  }

  /** Computes sentence embeddings, in input order. */
  embed(texts: Iterable<string>, options: EmbedderOptions & StreamOptions = {}): AsyncGenerator<Embedding, void, undefined> {
    refuseUnknownOptions('embed', options, { ...EMBEDDER, ...STREAM })
    return embed(this.#host.client, [...texts], options)
  }

  /** Computes sentence embeddings in planned batches, as they are finished; returns the plan. */
  embedBatches(texts: Iterable<string>, options: EmbedderOptions & BatchOptions = {}): AsyncGenerator<EmbeddingBatch, Plan, undefined> {
    refuseUnknownOptions('embedBatches', options, { ...EMBEDDER, ...BATCHES })
    return embedBatches(this.#host.client, [...texts], options)
  }

  /** Makes a call that does nothing, to measure the round trip or to check that the runtime answers. */
  async noop(options: CallOptions = {}): Promise<void> {
    await this.#host.client.call('noop', {}, options)
  }

  /** Ends the runtime: waiting calls fail with `cancelled`, temporary adapters are removed. Closing again has no effect. */
  async close(): Promise<void> {
    await this.#connection.close()
    if (this.#scratch !== undefined) (await this.#scratch).remove()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #scratchPath(name: string): Promise<string> {
    this.#scratch ??= makeScratchFolder()
    this.#paths += 1
    return join((await this.#scratch).path, `${name}-${this.#paths}`)
  }
}

interface ScratchFolder {
  path: string
  remove(): void
}

async function makeScratchFolder(): Promise<ScratchFolder> {
  const path = newTemporaryFolder('grait-scratch-')
  const remove = () => rmSync(path, { recursive: true, force: true })
  const takeBack = onProcessExit(remove)
  return {
    path,
    remove: () => {
      takeBack()
      remove()
    },
  }
}
