import type { CallOptions } from '../../bridge/open-call.js'
import { finishedFolder } from './finished-folder.js'
import type { RuntimeHost } from './host.js'
import { type AdapterSource, adapterPath } from './paths.js'

/**
 * Writes the model with the adapter merged into its weights (safetensors, with configuration and tokenizer) to `folder`, which
 * must be empty or missing and appears only when complete. The loaded model does not change.
 * @returns the folder's absolute path
 * @throws GraitError invalid_request for an occupied folder or a quantized model, adapter_not_found
 */
export async function mergeAdapter(
  host: RuntimeHost,
  model: string,
  adapter: AdapterSource,
  folder: string,
  options: CallOptions = {},
): Promise<string> {
  const { path } = await finishedFolder(folder, (output) =>
    host.client.call('mergeAdapter', { model, adapter: adapterPath(adapter), output }, options),
  )
  return path
}
