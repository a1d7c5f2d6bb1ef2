import { Command, InvalidArgumentError } from 'commander'
import { DATASET_NAMES, loadDataset } from '../data/dataset.js'
import { questionLine } from '../data/digest.js'
import { sampleQuestions } from '../data/sample.js'
import { examples } from './help-examples.js'

/** `grait data NAME`: the questions of a data set on stdout, a JSON line each. */
export function dataCommand(): Command {
  return new Command('data')
    .description('print the questions of a data set, a JSON line each')
    .argument('<name>', `${DATASET_NAMES.join(', ')}, or jsonl:FILE`)
    .option('--data <dir>', "the data set's own folder, or the one above it")
    .option('--split <split>', 'train, dev, val or test')
    .option('--limit <n>', 'print a seeded sample of so many, spread over the subjects', wholeNumber)
    .addHelpText(
      'after',
      examples(
        ['grait data atlas --limit 5'],
        ['grait data triviaqa --data DIR --split dev', 'DIR or DIR/triviaqa holds the files'],
        ['grait data jsonl:my.jsonl > /dev/null', 'checks your own questions'],
      ),
    )
    .action(async (name: string, options: { data?: string; split?: string; limit?: number }) => {
      const { questions, notes } = await loadDataset({ name, split: options.split, dir: options.data })
      for (const note of notes) process.stderr.write(`${note}\n`)
      const shown = options.limit === undefined ? questions : sampleQuestions(questions, options.limit, 0)
      await print(shown.map((question) => `${questionLine(question)}\n`).join(''))
    })
}

/** Writes all of the text; a reader that leaves early (`| head`) is no failure. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? resolve() : reject(error)))
    process.stdout.write(text, () => resolve())
  })
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number, 1 or more')
  return value
}
