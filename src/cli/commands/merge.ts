import { Command } from 'commander'
import { mergeTuned } from '../../pipeline/tuned/merge.js'
import { examples } from '../options/help-examples.js'
import { type TunedFlags, withTunedOptions } from '../options/tuned-options.js'
import { interruptionSignal } from '../terminal/interruption.js'
import { progressReporter } from '../terminal/progress.js'

/** `grait merge --run DIR --out DIR`: writes the tuned model as a plain model folder. */
export function mergeCommand(): Command {
  return withTunedOptions(new Command('merge').description('write the tuned model of a run as one folder that transformers can load'))
    .requiredOption('--out <dir>', 'folder for the model; must be empty or not exist yet')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        ['grait merge --run runs/quickstart-20260102-030405 --out models/mine'],
        ['grait merge --run runs/compared --method craft --seed 2 --out models/craft'],
      ),
    )
    .action(async ({ out, json, ...choice }: TunedFlags & { out: string; json?: boolean | undefined }) => {
      const reporter = progressReporter(process.stderr, { verbose: process.argv.includes('--verbose') })
      const { signal, dispose } = interruptionSignal(() => process.stderr.write('\ninterrupting (press Ctrl-C again to stop at once)\n'))
      try {
        const path = await mergeTuned({ ...choice, out, reporter, signal })
        process.stdout.write(json === true ? `${JSON.stringify({ path })}\n` : `${path}\n`)
      } finally {
        dispose()
      }
    })
}
