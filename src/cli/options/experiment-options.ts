import type { Command } from 'commander'
import type { LoadedConfig } from '../../config/load.js'
import type { FullReporter } from '../../pipeline/reporter.js'
import { interruptible } from '../terminal/interruption.js'
import { progressReporter } from '../terminal/progress.js'
import { chosenConfig, type KeyFlags } from './key-options.js'
import { wholeNumbers } from './numbers.js'

export interface ExperimentFlags {
  out?: string | undefined
  set: string[]
  verify?: boolean | undefined
  json?: boolean | undefined
}

/** Options of every command that runs experiments. */
export function withExperimentOptions(command: Command, folder: string): Command {
  return command
    .option('-o, --out <dir>', `folder for the run (default: ${folder})`)
    .option(
      '--set <path=value>',
      'change any key of the configuration; may be repeated',
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option(
      '--verify',
      "read every byte of finished stages and of the model's files before they are used, not only of files that were touched",
    )
    .option('--json', 'print results.json instead of the tables')
}

/** Options of the commands that compare methods. */
export function withComparisonOptions(command: Command): Command {
  return command
    .option('--methods <names>', 'methods to compare, e.g. grait,craft (default: all)', names)
    .option('--seeds <numbers>', 'seeds of every method (default: 1,2,3)', wholeNumbers)
    .option('--reference <method>', 'method to compare the others with (default: grait, or else the first)')
}

/** The configuration that a command runs: a file, or the quick start. Says on stderr what its user should know. */
export function experimentConfig(file: string | undefined, flags: KeyFlags): LoadedConfig {
  const { loaded, notes } = chosenConfig(file, flags)
  for (const note of notes) process.stderr.write(`note: ${note}\n`)
  return loaded
}

/** Runs an experiment with progress on stderr, so that Ctrl-C ends it cleanly and says how to continue. */
export function interruptibleExperiment<T>(work: (run: { reporter: FullReporter; signal: AbortSignal }) => Promise<T>): Promise<T> {
  const reporter = progressReporter(process.stderr, { verbose: process.argv.includes('--verbose') })
  return interruptible((signal) => work({ reporter, signal }), {
    hint: 'Run the same command again to continue; finished work is kept.',
  })
}

function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
