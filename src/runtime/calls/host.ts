import type { BridgeClient } from '../../bridge/client.js'

/** What models and adapters need from their runtime. */
export interface RuntimeHost {
  readonly client: BridgeClient
  /** An unused path in a folder that is removed when the runtime is closed. */
  scratchPath(name: string): Promise<string>
  warn(message: string): void
  /** The live Python object behind a model's handle, if the runtime runs in an interpreter that can be reached. */
  readonly live?: ((handle: string) => Promise<unknown>) | undefined
}
