import { Argument, Command } from 'commander'
import { PAPER_SETTINGS, type PaperSetting, paperExperiment } from '../../pipeline/comparison/paper.js'
import { interruptibleExperiment, withComparisonOptions, withExperimentOptions } from '../options/experiment-options.js'
import { positiveWholeNumber } from '../options/numbers.js'
import { type CompareFlags, comparisonOf, printComparison } from './compare.js'

interface PaperFlags extends CompareFlags {
  model: string
  data: string
  limit?: number | undefined
}

export function paperCommand(): Command {
  const command = new Command('paper')
    .description("run the paper's comparison: MMLU and ARC-Challenge (mcqa), or TriviaQA and NQ-open (oeqa)")
    .addArgument(new Argument('<setting>', 'mcqa: multiple choice; oeqa: open-ended').choices(PAPER_SETTINGS))
    .requiredOption('--model <source>', 'the model: embedded:NAME, path:DIR, gguf:FILE or hub:ORG/NAME[/FILE.gguf][@REVISION]')
    .requiredOption('--data <dir>', 'folder that contains mmlu/ and arc/, or triviaqa/ and nq/')
    .option(
      '--limit <n>',
      'use a seeded sample of this many questions of each split, and as many training questions in proportion',
      positiveWholeNumber,
    )
  return withExperimentOptions(withComparisonOptions(command), 'runs/<mcqa or oeqa>-<time>')
    .addHelpText(
      'after',
      `
Examples:
  grait paper mcqa --model hub:meta-llama/Meta-Llama-3-8B-Instruct --data data --methods grait,craft,cor-rait
  grait paper oeqa --model embedded:smollm2-135m-instruct --data data --limit 200 --methods grait,cor-rait --seeds 1`,
    )
    .action(async (setting: PaperSetting, { model, data, limit, set, json, ...flags }: PaperFlags) => {
      const request = { setting, model, data, set, ...(limit && { limit }) }
      const outcome = await interruptibleExperiment((run) => paperExperiment(request, { ...run, ...comparisonOf({ set, ...flags }) }))
      await printComparison(outcome, json === true)
    })
}
