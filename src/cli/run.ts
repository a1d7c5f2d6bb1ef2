import { fileURLToPath } from 'node:url'
import { Command, Option } from 'commander'
import { loadConfig } from '../config/load.js'
import { GraitError } from '../errors.js'
import { dryRun } from '../pipeline/dry-run.js'
import { type RunOutcome, runExperiment } from '../pipeline/run.js'
import { STAGES, type StageName } from '../pipeline/stage-names.js'
import { dryRunTable } from '../report/dry-run-table.js'
import { runSummary } from '../report/run-summary.js'
import { interruptionSignal } from './interruption.js'
import { progressReporter } from './progress.js'

const QUICKSTART = fileURLToPath(new URL('../../configs/quickstart.yaml', import.meta.url))

interface RunFlags {
  out?: string
  set: string[]
  until?: StageName
  dryRun?: boolean
  json?: boolean
}

export function runCommand(): Command {
  return new Command('run')
    .description('run one experiment: what the model knows, what to train on, the tuned model, how it answers')
    .argument('[config]', 'YAML configuration; none: the quick start')
    .option('--out <dir>', 'folder of the run (default: runs/<config name>-<time>)')
    .option(
      '--set <path=value>',
      'change any key of the configuration; may be repeated',
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .addOption(new Option('--until <stage>', 'stop after this stage').choices(STAGES))
    .option('--dry-run', 'only show what would be done: questions, tokens, disk, time')
    .option('--json', 'print results.json instead of the tables')
    .addHelpText(
      'after',
      `
Examples:
  grait run                                                 the quick start
  grait run --set data.train=jsonl:my.jsonl                 the same on your own questions
  grait run configs/mcqa.yaml --out runs/mcqa --until knowledge`,
    )
    .action(async (file: string | undefined, flags: RunFlags) => {
      await run(file ?? QUICKSTART, flags)
    })
}

async function run(file: string, flags: RunFlags): Promise<void> {
  const loaded = loadConfig(file, flags.set)
  const reporter = progressReporter(process.stderr, { verbose: process.argv.includes('--verbose') })
  if (flags.dryRun === true) {
    const plan = await dryRun(loaded, { reporter })
    process.stdout.write(flags.json === true ? `${JSON.stringify(plan, null, 2)}\n` : dryRunTable(plan))
    return
  }
  const { signal, dispose } = interruptionSignal(() =>
    process.stderr.write('\ninterrupting: finishing the batch at hand (again to stop at once)\n'),
  )
  try {
    const outcome = await runExperiment(loaded, {
      ...(flags.out === undefined ? {} : { out: flags.out }),
      ...(flags.until === undefined ? {} : { until: flags.until }),
      reporter,
      signal,
    })
    if (flags.json === true) process.stdout.write(`${JSON.stringify(outcome.results ?? { dir: outcome.dir }, null, 2)}\n`)
    else process.stdout.write(summaryOf(outcome))
  } catch (error) {
    if (!signal.aborted) throw error
    throw new GraitError('interrupted', 'interrupted', {
      hint: 'Run the same command again to go on; finished work is kept.',
      cause: error,
    })
  } finally {
    dispose()
  }
}

function summaryOf(outcome: RunOutcome): string {
  const { dir, results, selection, moved } = outcome
  const width = process.stdout.columns ?? 100
  return results === undefined ? `${dir}\n` : runSummary({ dir, results, selection, moved }, width)
}
