import { Command } from 'commander'
import { initExperiment } from '../../pipeline/init/init.js'
import { interruptible } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'

/** `grait init [DIR]`: writes a commented configuration and sample questions for it. */
export function initCommand(): Command {
  return new Command('init')
    .description('write a commented configuration and sample questions, to start your own experiment from')
    .argument('[dir]', 'folder to write them to', '.')
    .option('--csv', 'write the questions as a CSV file instead of JSON Lines')
    .addHelpText(
      'after',
      `
Example:
  grait init my-experiment && grait run my-experiment/grait.yaml --until knowledge`,
    )
    .action(async (dir: string, { csv }: { csv?: boolean | undefined }) => {
      const written = await interruptible(() => initExperiment(dir, csv === true ? 'csv' : 'jsonl'))
      await print(written.map((path) => `${path}\n`).join(''))
      const [config, questions] = written as [string, string]
      process.stderr.write(
        `Put your questions in place of the samples in ${questions}: a few hundred are needed to tune a model. Then:\n` +
          `  grait data ${csv === true ? 'csv' : 'jsonl'}:${questions} --summary\n  grait run ${config} --until knowledge\n`,
      )
    })
}
