import type { Config } from '../../config/schema.js'
import type { LoadModelOptions } from '../../runtime/model.js'

/** How a run's initial model is loaded, as its configuration says. */
export function loadOptions({ source, adapter, dtype, quantization, templateOptions }: Config['model']): LoadModelOptions {
  return { source, baseAdapter: adapter, dtype, quantization, templateOptions }
}

/** The name of a run's initial model: its source, and the adapter that it begins with. */
export function modelName({ source, adapter }: Pick<Config['model'], 'source' | 'adapter'>): string {
  return adapter === null ? source : `${source} with ${adapter}`
}
