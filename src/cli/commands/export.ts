import { Command, Option } from 'commander'
import { loadConfig, parseConfig } from '../../config/load.js'
import { applySetting } from '../../config/settings.js'
import { DATASET_NAMES } from '../../data/dataset.js'
import { exportLmEval } from '../../pipeline/scoring/export-lm-eval.js'
import { resolvePrompts } from '../../prompts/settings.js'
import { examples } from '../options/help-examples.js'
import { wholeNumber } from '../options/numbers.js'
import { interruptible } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'
import { downloadDisplay } from '../terminal/progress.js'

interface ExportFlags {
  data?: string | undefined
  split?: string | undefined
  limit?: number | undefined
  shots?: number | undefined
  instruction: 'plain' | 'refuse'
  out: string
  config?: string | undefined
  set: string[]
}

/** `grait export lm-eval NAME`: exports a data set as a task of lm-evaluation-harness. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description('write a data set for another tool')
    .addHelpText('after', examples(['grait export lm-eval mmlu --data DIR --split test --out tasks']))
  // This command only groups subcommands; without one of them it is wrong usage.
  command.exitOverride().addCommand(lmEvalCommand().exitOverride())
  return command
}

function lmEvalCommand(): Command {
  return new Command('lm-eval')
    .description("write a data set as a task of EleutherAI's lm-evaluation-harness: a YAML file, and JSON Lines with the prompts")
    .argument('<name>', `${DATASET_NAMES.join(', ')}, jsonl:FILE or csv:FILE`)
    .requiredOption('--out <dir>', 'folder to write the task to')
    .option('--data <dir>', 'folder of the data set, its parent folder, or hub[:ORG/NAME[@REVISION]]')
    .option('--split <split>', 'train, dev, val or test')
    .option('--limit <n>', 'use only a seeded sample of this many questions, spread over the subjects', wholeNumber)
    .option(
      '--shots <n>',
      'worked examples before a multiple-choice question (default: for MMLU 5 from its dev split, otherwise none)',
      wholeNumber,
    )
    .addOption(new Option('--instruction <which>', 'instruction for open-ended questions').choices(['plain', 'refuse']).default('plain'))
    .option('--config <file>', 'use the wording of this configuration')
    .option(
      '--set <path=value>',
      'change the wording, e.g. prompts.plain=...; may be repeated',
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .addHelpText(
      'after',
      `
Example:
  grait export lm-eval mmlu --data DIR --split test --out tasks
  lm_eval --model hf --model_args pretrained=MODEL --tasks grait_mmlu_test --include_path tasks`,
    )
    .action(exportTask)
}

async function exportTask(name: string, flags: ExportFlags): Promise<void> {
  const config = flags.config === undefined ? fromSettings(name, flags.set) : loadConfig(flags.config, flags.set).config
  const request = {
    name,
    dir: flags.data,
    split: flags.split,
    shots: flags.shots ?? null,
    instruction: flags.instruction,
    prompts: resolvePrompts(config.prompts),
    maxTokens: config.evaluation.maxTokens,
    limit: flags.limit,
  }
  const onDownload = downloadDisplay(process.stderr)
  const { tasks, notes } = await interruptible((signal) => exportLmEval(flags.out, request, { signal, onDownload }))
  for (const note of notes) process.stderr.write(`note: ${note}\n`)
  await print(tasks.map(({ task, files, questions }) => `${task}: ${questions} questions\n${files.join('\n')}\n`).join(''))
}

function fromSettings(name: string, settings: readonly string[]) {
  const written: Record<string, unknown> = { data: { train: name } }
  for (const setting of settings) applySetting(written, setting)
  return parseConfig(written, (path) => `--set ${path.join('.')}`)
}
