import { Command } from 'commander'
import { DATASET_NAMES, type DatasetRequest, loadDataset } from '../../data/dataset.js'
import { overlapNote } from '../../data/duplicates.js'
import { questionLine } from '../../data/question/question-digest.js'
import { sampleQuestions } from '../../data/sample.js'
import { summariseData } from '../../data/summary.js'
import { dataLine, datasetTable } from '../../report/terminal/dataset-table.js'
import { outputWidth } from '../../report/terminal/width.js'
import { examples } from '../options/help-examples.js'
import { positiveWholeNumber } from '../options/numbers.js'
import { interruptible } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'
import { downloadDisplay } from '../terminal/progress.js'

interface DataFlags {
  data?: string | undefined
  split?: string | undefined
  limit?: number | undefined
  against?: string | undefined
  summary?: boolean | undefined
  json?: boolean | undefined
}

/** `grait data NAME`: prints the questions of a data set, one JSON line each; on a terminal, a table of its contents. */
export function dataCommand(): Command {
  return new Command('data')
    .description('show what a data set contains: a table on a terminal; in a pipe, its questions as JSON Lines')
    .argument('<name>', `${DATASET_NAMES.join(', ')}, jsonl:FILE or csv:FILE`)
    .option('--data <dir>', 'folder of the data set, its parent folder, or hub[:ORG/NAME[@REVISION]] (default: the hub)')
    .option('--split <split>', 'train, dev, val or test')
    .option('--limit <n>', 'use only a seeded sample of this many questions, spread over the subjects', positiveWholeNumber)
    .option('--against <name>', 'also say which questions are in this data set too, e.g. triviaqa:train')
    .option('--summary', 'print the table even in a pipe; with --json, as one JSON document')
    .option('--json', 'print JSON Lines even on a terminal')
    .addHelpText(
      'after',
      examples(
        ['grait data mmlu --data DIR --split test', 'what the data set contains, by subject'],
        ['grait data csv:my.csv --json', 'how grait reads your own file'],
        ['grait data triviaqa:dev --data DIR --against triviaqa:train', 'which questions test and train share'],
        ['grait data mmlu --data hub:cais/mmlu@REVISION > mmlu.jsonl', 'from the hub'],
      ),
    )
    .action(showData)
}

async function showData(name: string, flags: DataFlags): Promise<void> {
  const load = (request: DatasetRequest) =>
    interruptible((signal) => loadDataset(request, { signal, onDownload: downloadDisplay(process.stderr) }))
  const dataset = await load({ name, split: flags.split, dir: flags.data })
  for (const note of dataset.notes) process.stderr.write(`${note}\n`)
  const questions = flags.limit === undefined ? dataset.questions : sampleQuestions(dataset.questions, flags.limit, 0)
  if (flags.against !== undefined) {
    const other = await load({ name: flags.against, dir: flags.data })
    const found = overlapNote(flags.against, other.questions, name, questions)
    process.stderr.write(`${found[0] ?? `no question of ${name} is also in ${flags.against}`}\n`)
  }
  const summary = summariseData(questions)
  if (flags.summary === true && flags.json === true) {
    await print(`${JSON.stringify({ name, split: dataset.split, digest: dataset.digest, ...summary, notes: dataset.notes }, null, 2)}\n`)
  } else if (flags.summary === true || (process.stdout.isTTY === true && flags.json !== true)) {
    await print(datasetTable(summary, outputWidth()))
  } else {
    process.stderr.write(`${dataLine(summary)} (--summary shows more)\n`)
    await print(questions.map((question) => `${questionLine(question)}\n`).join(''))
  }
}
