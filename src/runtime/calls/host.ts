import type { BridgeClient } from '../../bridge/client.js'

/** What models and adapters need of the runtime they live in. */
export interface RuntimeHost {
  readonly client: BridgeClient
  /** A path that is free, in a folder that goes when the runtime is closed. */
  scratchPath(name: string): Promise<string>
  warn(message: string): void
  /** The live Python object behind a model's handle, where the runtime lives in an interpreter that can be reached into. */
  readonly live?: ((handle: string) => Promise<unknown>) | undefined
}
