import { Command } from 'commander'
import { type CompareOptions, type CompareOutcome, compareExperiment } from '../../pipeline/comparison/compare.js'
import {
  type ExperimentFlags,
  experimentConfig,
  interruptibleExperiment,
  withComparisonOptions,
  withExperimentOptions,
} from '../options/experiment-options.js'
import { type KeyFlags, withKeyOptions } from '../options/key-options.js'
import { print } from '../terminal/output.js'

interface ComparisonFlags extends CompareFlags, KeyFlags {}

export interface CompareFlags extends ExperimentFlags {
  methods?: string[] | undefined
  seeds?: number[] | undefined
  reference?: string | undefined
}

export function compareCommand(): Command {
  const command = new Command('compare')
    .description('run several methods and seeds on the same questions and compare the results')
    .argument('[config]', 'YAML configuration; without it, the quick start, or the defaults if --set names other data')
  return withExperimentOptions(withComparisonOptions(withKeyOptions(command)), 'runs/<config name>-<time>')
    .addHelpText(
      'after',
      `
The lists take the place of selection.method and seed in the configuration.

Examples:
  grait compare                                             every method, seeds 1, 2 and 3, on the quick start
  grait compare my.yaml --methods grait,craft,cor-rait --seeds 1,2,3,4,5 --out runs/mine`,
    )
    .action(async (file: string | undefined, { seed, ...flags }: ComparisonFlags) => {
      const seeds = flags.seeds ?? (seed === undefined ? undefined : [seed])
      const loaded = experimentConfig(file, flags)
      const outcome = await interruptibleExperiment((run) => compareExperiment(loaded, { ...run, ...comparisonOf({ ...flags, seeds }) }))
      await printComparison(outcome, flags.json === true)
    })
}

/** The options of a comparison, from the command-line flags. */
export function comparisonOf({ out, methods, seeds, reference, verify }: CompareFlags): CompareOptions {
  return { ...(out && { out }), ...(methods && { methods }), ...(seeds && { seeds }), ...(reference && { reference }), verify }
}

/** Prints the tables, or results.json; exit status 1 if a method failed. */
export async function printComparison({ dir, results, table, failures }: CompareOutcome, json: boolean): Promise<void> {
  if (failures.length > 0) process.exitCode = 1
  await print(json ? `${JSON.stringify(results, null, 2)}\n` : `${table}\n${dir}/results.csv\n${dir}/report.html\n`)
}
