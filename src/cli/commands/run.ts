import { Command, Option } from 'commander'
import { dryRun } from '../../pipeline/experiment/dry-run.js'
import { type RunOutcome, runExperiment } from '../../pipeline/experiment/run.js'
import { STAGES, type StageName } from '../../pipeline/experiment/stage-names.js'
import { dryRunTable } from '../../report/terminal/dry-run-table.js'
import { knowledgeTable } from '../../report/terminal/knowledge-table.js'
import { runSummary } from '../../report/terminal/run-summary.js'
import { selectionTable } from '../../report/terminal/selection-table.js'
import { outputWidth } from '../../report/terminal/width.js'
import { type ExperimentFlags, experimentConfig, interruptibleExperiment, withExperimentOptions } from '../options/experiment-options.js'
import { type KeyFlags, withKeyOptions } from '../options/key-options.js'
import { print } from '../terminal/output.js'

interface RunFlags extends ExperimentFlags, KeyFlags {
  until?: StageName | undefined
  dryRun?: boolean | undefined
}

export function runCommand(): Command {
  const command = new Command('run')
    .description('run one experiment: find out what the model knows, choose questions, tune the model, evaluate it')
    .argument('[config]', 'YAML configuration; without it, the quick start, or the defaults if --set names other data')
  return withExperimentOptions(withKeyOptions(command), 'runs/<config name>-<time>')
    .addOption(new Option('--until <stage>', 'stop after this stage').choices(STAGES))
    .option('--dry-run', 'only show what the run would need: questions, tokens, disk, time')
    .addHelpText(
      'after',
      `
Examples:
  grait run                                                 the quick start
  grait run --data my.jsonl --model path:models/my-model    your own questions and model, with the defaults of every key
  grait run configs/mcqa.yaml --out runs/mcqa --until knowledge`,
    )
    .action(async (file: string | undefined, flags: RunFlags) => {
      await run(file, flags)
    })
}

async function run(file: string | undefined, flags: RunFlags): Promise<void> {
  const loaded = experimentConfig(file, flags)
  if (flags.dryRun === true) {
    const plan = await interruptibleExperiment((run) => dryRun(loaded, run))
    await print(flags.json === true ? `${JSON.stringify(plan, null, 2)}\n` : dryRunTable(plan))
    return
  }
  const { out, until, verify } = flags
  const outcome = await interruptibleExperiment((run) =>
    runExperiment(loaded, { ...run, ...(out && { out }), ...(until && { until }), verify }),
  )
  await print(flags.json === true ? `${JSON.stringify(outcome.results ?? begunAsJson(outcome), null, 2)}\n` : summaryOf(outcome))
}

/** What an unfinished run has found out so far. */
function begunAsJson({ dir, knowledge, config, selection }: RunOutcome): object {
  const known = knowledge.filter((question) => question.known).length
  const chosen = (group: 'ik' | 'idk') => selection.filter((question) => question.selected && question.group === group).length
  return {
    dir,
    knowledge: { questions: knowledge.length, known, threshold: config.knowledge.threshold },
    ...(selection.length > 0 && { selection: { known: chosen('ik'), unknown: chosen('idk') } }),
  }
}

function summaryOf(outcome: RunOutcome): string {
  const { dir, results, knowledge, selection, config, data } = outcome
  const width = outputWidth()
  // Those of the data were told when they were read.
  const notes = outcome.notes.filter((note) => !data.notes.includes(note))
  if (results !== undefined) return runSummary({ ...outcome, results, notes }, width)
  const chosen = selection.length > 0 ? `\nTraining questions by subject\n${selectionTable(selection, width)}` : ''
  return `${knowledgeTable(knowledge, config.knowledge.threshold, width)}${chosen}\n${dir}\n`
}
