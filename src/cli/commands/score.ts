import { existsSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { Command } from 'commander'
import { loadConfig, parseConfig } from '../../config/load.js'
import type { Config } from '../../config/schema.js'
import { applySetting } from '../../config/settings.js'
import { DATASET_NAMES } from '../../data/dataset.js'
import { GraitError } from '../../errors.js'
import { expandHome } from '../../home-path.js'
import { type PredictionFile, scorePredictions } from '../../pipeline/scoring/score.js'
import { scoreCounts } from '../../pipeline/scoring/score-counts.js'
import type { Score } from '../../pipeline/scoring/score-methods.js'
import { resolvePrompts } from '../../prompts/settings.js'
import { scoreTables } from '../../report/terminal/score-tables.js'
import { outputWidth } from '../../report/terminal/width.js'
import { positiveWholeNumber, wholeNumber } from '../options/numbers.js'
import { interruptible } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'
import { downloadDisplay } from '../terminal/progress.js'

interface ScoreFlags {
  dataset?: string | undefined
  data?: string | undefined
  split?: string | undefined
  limit?: number | undefined
  predictions: PredictionFile[]
  initial?: string | undefined
  counts?: string | undefined
  threshold: string[]
  skipMissing?: boolean | undefined
  config?: string | undefined
  set: string[]
  seed: number
  json?: boolean | undefined
}

const several = (value: string, before: string[]) => [...before, value]

/** `grait score`: measures answers produced outside this package. */
export function scoreCommand(): Command {
  return new Command('score')
    .description('judge and measure answers made elsewhere: Pc, Pw, Pr and THS with intervals, and whether the right questions are refused')
    .option('--dataset <name>', `the data set that was answered: ${DATASET_NAMES.join(', ')}, jsonl:FILE or csv:FILE`)
    .option('--data <dir>', 'folder of the data set, its parent folder, or hub[:ORG/NAME[@REVISION]]')
    .option('--split <split>', 'train, dev, val or test')
    .option('--limit <n>', 'score only the seeded sample that `grait data --limit` prints', positiveWholeNumber)
    .option(
      '--predictions <file>',
      'answers as JSON Lines {"id", "output", "confidence"?}; NAME=FILE also names the method; may be repeated',
      predictionFile,
      [],
    )
    .option('--initial <file>', "the initial model's answers under the plain instruction, which THS is measured against")
    .option(
      '--threshold <number>',
      'refuse answers whose confidence is not above it, too; set on other questions than these; NAME=NUMBER for one of several methods; may be repeated',
      several,
      [],
    )
    .option('--skip-missing', 'leave out questions without a prediction (otherwise they count as unparseable)')
    .option(
      '--counts <file>',
      'measure counts instead: {"initial": {"correct", "wrong", "refused", "unparseable"}, "methods": {NAME: {...}}}',
    )
    .option('--config <file>', 'use the refusal phrases, matching and number of resamples of this configuration')
    .option('--set <path=value>', 'change one of these, e.g. evaluation.matching=exact; may be repeated', several, [])
    .option('--seed <n>', 'seed of the resampling', wholeNumber, 0)
    .option('--json', 'print the results in the format of results.json')
    .addHelpText(
      'after',
      `
Examples:
  grait score --dataset mmlu --data DIR --split test --predictions tuned.jsonl --initial plain.jsonl
  grait score --dataset csv:mine.csv --predictions a=a.jsonl --predictions b=b.jsonl --initial plain.jsonl --json
  grait score --dataset csv:fr.csv --predictions p.jsonl --set 'prompts.refusalPhrases=[Je ne sais pas]'
  grait score --counts counts.json`,
    )
    .action(score)
}

async function score(flags: ScoreFlags): Promise<void> {
  const config = configOf(flags)
  const bootstrap = { resamples: config.evaluation.bootstrap, seed: flags.seed }
  const { results, notes } = await interruptible((signal) =>
    flags.counts === undefined ? fromPredictions(flags, config, bootstrap, signal) : fromCounts(flags, bootstrap, signal),
  )
  for (const note of notes) process.stderr.write(`note: ${note}\n`)
  await print(flags.json === true ? `${JSON.stringify(results, null, 2)}\n` : scoreTables(results, outputWidth()))
}

async function fromPredictions(
  flags: ScoreFlags,
  config: Config,
  bootstrap: { resamples: number; seed: number },
  signal: AbortSignal,
): Promise<Score> {
  if (flags.dataset === undefined || flags.predictions.length === 0) {
    throw new GraitError('usage', 'score needs --dataset and --predictions, or --counts', { hint: 'grait score --help shows examples.' })
  }
  const { refusalPhrases, builtInRefusals } = resolvePrompts(config.prompts)
  const request = {
    name: flags.dataset,
    dir: flags.data,
    split: flags.split,
    predictions: flags.predictions,
    skipMissing: flags.skipMissing === true,
    limit: flags.limit,
    initial: flags.initial,
    thresholds: thresholdsOf(flags),
    judging: { refusalPhrases, builtInRefusals, matching: config.evaluation.matching },
    bootstrap,
  }
  return scorePredictions(request, { signal, onDownload: downloadDisplay(process.stderr) })
}

async function fromCounts(flags: ScoreFlags, bootstrap: { resamples: number; seed: number }, signal: AbortSignal): Promise<Score> {
  if (flags.dataset !== undefined || flags.predictions.length > 0 || flags.initial !== undefined) {
    throw new GraitError('usage', '--counts does not go with --dataset, --predictions or --initial', {
      hint: 'Give either counts, or a data set with predictions.',
    })
  }
  return scoreCounts(flags.counts as string, bootstrap, { signal })
}

/** The prompt wording and judging settings of a configuration; only these parts are used here. */
function configOf({ config, set, dataset }: ScoreFlags): Config {
  if (config !== undefined) return loadConfig(config, set).config
  const written: Record<string, unknown> = { data: { train: dataset ?? 'counts' } }
  for (const setting of set) applySetting(written, setting)
  return parseConfig(written, (path) => `--set ${path.join('.')}`)
}

/** NUMBER, or NAME=NUMBER; a number alone is that of the only file of predictions. */
function thresholdsOf({ threshold: texts, predictions }: ScoreFlags): Record<string, number> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.lastIndexOf('=')
      const number = text.slice(equals + 1).trim()
      const [only] = predictions.length === 1 ? predictions : []
      const method = equals > 0 ? text.slice(0, equals) : only?.method
      if (method === undefined || number === '' || !Number.isFinite(Number(number))) {
        throw new GraitError('usage', `--threshold ${text}: ${method === undefined ? 'of which method?' : 'not a number'}`, {
          hint: 'Give NAME=NUMBER, for example --threshold mine=0.35; with one file of predictions, the number alone will do.',
        })
      }
      return [method, Number(number)]
    }),
  )
}

/** FILE, or NAME=FILE; without a name, the method is named after the file. */
function predictionFile(text: string, before: PredictionFile[]): PredictionFile[] {
  const equals = text.indexOf('=')
  const named = equals > 0 && !existsSync(text)
  const path = expandHome(named ? text.slice(equals + 1) : text, '--predictions')
  return [...before, { method: named ? text.slice(0, equals) : basename(path, extname(path)), path }]
}
