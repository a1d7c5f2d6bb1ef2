import { Command } from 'commander'
import { mergeTuned } from '../../pipeline/tuned/merge.js'
import { examples } from '../options/help-examples.js'
import { type TunedFlags, withTunedOptions } from '../options/tuned-options.js'
import { interruptible } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'
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
      const path = await interruptible((signal) => mergeTuned({ ...choice, out, reporter, signal }))
      await print(json === true ? `${JSON.stringify({ path })}\n` : `${path}\n`)
    })
}
