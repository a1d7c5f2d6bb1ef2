import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { type LoadedConfig, loadConfig, loadSettings } from '../../config/load.js'
import { datasetLabel } from '../context/dataset-labels.js'

/** The configuration used when none is given. */
export const QUICKSTART = fileURLToPath(new URL('../../../configs/quickstart.yaml', import.meta.url))

/** A configuration to run, and what its user should know about it. */
export interface ChosenConfig {
  loaded: LoadedConfig
  notes: string[]
}

/**
 * Loads the configuration of a run: a file, or the quick start. The quick start was tuned to its own questions. Where the settings
 * name other data, the run starts from the defaults of every key instead, and a note lists those that differ.
 * @throws GraitError as `loadConfig` does
 */
export function chooseConfig(file: string | undefined, settings: readonly string[]): ChosenConfig {
  const asWritten = loadConfig(file ?? QUICKSTART, settings)
  if (file !== undefined && resolve(file) !== QUICKSTART) return { loaded: asWritten, notes: [] }
  const { data } = loadConfig(QUICKSTART).config
  const { train, tests } = asWritten.config.data
  if (train === data.train && isDeepStrictEqual(tests, data.tests)) return { loaded: asWritten, notes: [] }
  const config = loadSettings(settings, { data: { train: data.train } })
  const loaded = { config, name: datasetLabel(train) }
  return { loaded, notes: [noteOf(train === data.train ? tests.join(', ') : train, differences(asWritten.config, config))] }
}

function noteOf(named: string, defaults: readonly string[]): string {
  return `${named} is not what the quick start was made for, so its settings do not apply. Defaults in their place: ${defaults.join(', ')}. Change any of them with --set`
}

/** Every key with another value in `to`, as `path=value`. */
function differences(from: object, to: object, path = ''): string[] {
  return Object.entries(to).flatMap(([key, value]) => {
    const before = (from as Record<string, unknown>)[key]
    if (isDeepStrictEqual(before, value)) return []
    return isSection(value) && isSection(before)
      ? differences(before, value, `${path}${key}.`)
      : `${path}${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`
  })
}

function isSection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
