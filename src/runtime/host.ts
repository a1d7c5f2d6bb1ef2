import type { BridgeClient } from '../bridge/client.js'

/** What models and adapters need of the runtime they live in. */
export interface RuntimeHost {
  readonly client: BridgeClient
  /** A path that is free, in a folder that goes when the runtime is closed. */
  scratchPath(name: string): Promise<string>
  warn(message: string): void
}
