import { statSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { LoadedConfig } from '../../config/load.js'
import { GraitError } from '../../errors.js'
import { type ChosenConfig, chooseConfig } from '../../pipeline/experiment/quick-start.js'
import { positiveWholeNumber, seedNumber } from './numbers.js'

/** Options that set a key of the configuration, and where the configuration is. */
export interface KeyFlags {
  config?: string | undefined
  data?: string | undefined
  model?: string | undefined
  limit?: number | undefined
  seed?: number | undefined
  set: string[]
}

/** Short ways to write the keys that most runs set. */
export function withKeyOptions(command: Command): Command {
  return command
    .addOption(new Option('--config <file>', 'YAML configuration, as the argument'))
    .option('--data <questions>', 'key data.train: a data set, or a file: my.jsonl, my.csv')
    .option('--model <source>', 'key model.source: embedded:NAME, hub:ORG/NAME, a folder, or a .gguf file')
    .option('--limit <n>', 'key data.limit: so many questions of each split, and training questions in proportion', positiveWholeNumber)
    .option('--seed <n>', 'key seed', seedNumber)
}

/**
 * The configuration that a command runs: a file, or the quick start, with what the options set. `--set` comes last.
 * @throws GraitError usage if two files are named; as `chooseConfig` does
 */
export function chosenConfig(file: string | undefined, flags: KeyFlags): ChosenConfig {
  const { config, data, model, limit, seed, set } = flags
  if (file !== undefined && config !== undefined) {
    throw new GraitError('usage', `two configurations are named: ${file} and --config ${config}`, { hint: 'Name one of them.' })
  }
  const chosen = file ?? config
  const settings = [
    ...(data === undefined ? [] : [`data.train=${JSON.stringify(dataSource(data))}`]),
    ...(model === undefined ? [] : [`model.source=${JSON.stringify(modelSource(model))}`]),
    ...(seed === undefined ? [] : [`seed=${seed}`]),
  ]
  const limits = limit === undefined ? [] : limitSettings(chooseConfig(chosen, [...settings, ...set]).loaded, limit)
  return chooseConfig(chosen, [...settings, ...limits, ...set])
}

/** A file of questions by its name alone; anything else is a source already. */
function dataSource(text: string): string {
  const kind = /\.(jsonl|csv)$/i.exec(text)?.[1]?.toLowerCase()
  return kind === undefined || /^(jsonl|csv|script):/.test(text) ? text : `${kind}:${text}`
}

/** A model by its folder or file alone; anything else is a source already. */
function modelSource(text: string): string {
  if (/^(embedded|path|gguf|hub):/.test(text)) return text
  if (/\.gguf$/i.test(text)) return `gguf:${text}`
  return statSync(text, { throwIfNoEntry: false })?.isDirectory() === true ? `path:${text}` : text
}

/** `limit` questions of each split. Counts of training questions that were made for more questions shrink in proportion. */
function limitSettings({ config: { data, selection } }: LoadedConfig, limit: number): string[] {
  const before = typeof data.limit === 'number' ? data.limit : data.limit?.train
  const share = Math.min(1, limit / (before ?? limit))
  const counts = (['known', 'unknown'] as const).flatMap((group) => {
    const count = selection[group]
    return count === null ? [] : [`selection.${group}=${Math.max(1, Math.round(count * share))}`]
  })
  return [`data.limit=${limit}`, ...counts]
}
