import type { LoadedConfig } from '../../config/load.js'
import type { GivenQuestions } from '../../data/given-questions.js'
import { stagesFolder } from '../../grait-home.js'
import type { Method } from '../../rait/method.js'
import { StageCache } from '../cache/stage-cache.js'
import { loadExperimentData } from '../context/experiment-data.js'
import { ModelSession } from '../context/model-session.js'
import type { RunContext } from '../context/run-context.js'
import { runInputs } from '../context/run-inputs.js'
import { setEarlierAside } from '../folder/earlier-results.js'
import { RunDirectory } from '../folder/run-directory.js'
import { RunRecord } from '../folder/run-record.js'
import { fullReporter, type RunReporter } from '../reporter.js'
import type { KeepStage } from './shared-stages.js'

/** Options that runs and comparisons share: folder, reporter, abort signal and runtime. */
export interface OpenRunOptions {
  /** The run's folder; default runs/<config name>-<time>. */
  out?: string | undefined
  /** Questions in memory, which the configuration names as `script:NAME` in data.train and data.tests. */
  questions?: GivenQuestions | undefined
  reporter?: RunReporter | undefined
  signal?: AbortSignal | undefined
  /** A runtime that `grait serve` keeps alive: its path, or `auto`; default $GRAIT_ATTACH; null: always start a new one. */
  attach?: string | null | undefined
  /**
   * Read every byte of the model's files and of each finished stage before they are used. Default: lengths, and the files that were
   * touched. It takes as long as reading them all, and loading the model.
   */
  verify?: boolean | undefined
}

/** What is run: one method, or, in a comparison, several with several seeds. A comparison's folder is another than a run's. */
interface RunMethods {
  methods: readonly Method[]
  /** Of a comparison. */
  seeds?: number[] | undefined
}

/** A run that has begun: its questions are loaded, its model is identified and its folder exists. */
export interface OpenRun {
  context: RunContext
  directory: RunDirectory
  record: RunRecord
  /** Copies a stage into the run's folder and records it in run.json. */
  keep: KeepStage
}

/**
 * Opens a run, calls `work` and ends the Python process in any case. Nothing is written before the data are loaded and the
 * model is identified.
 */
export async function withRun<T>(
  { config, name }: LoadedConfig,
  { out, questions, reporter: listener, signal, attach, verify }: OpenRunOptions,
  { methods, seeds }: RunMethods,
  work: (run: OpenRun) => Promise<T>,
): Promise<T> {
  const reporter = fullReporter(listener)
  const data = await loadExperimentData(config, {
    questions,
    signal,
    onDownload: (progress) => reporter.stageProgress('download', progress),
  })
  for (const note of data.notes) reporter.note(note)
  const compared = seeds && { methods: methods.map(({ id }) => id), seeds }
  const kind = compared && 'a comparison'
  const given = out === undefined ? undefined : await RunDirectory.at(out, config, kind)
  const session = new ModelSession(config, reporter, signal, { attach, verify })
  const cache = new StageCache(config.cache.dir ?? stagesFolder(), { verify })
  try {
    const inputs = await runInputs({ config, data, signal }, methods)
    const identity = await session.identity()
    const directory = given ?? (await RunDirectory.claim(name, new Date(), config, kind))
    const record = new RunRecord(directory, name, config, compared)
    const keep: KeepStage = async (stage, as = stage.name) => {
      await directory.copy(stage.dir, as)
      await record.add(stage, as)
      return stage
    }
    const begun = async (signal: AbortSignal) => {
      const earlier = await setEarlierAside(directory.path, inputs, identity)
      if (earlier !== undefined) {
        const since = `changed since: ${earlier.changed.join('; ')}`
        reporter.warning(
          `${directory.path}: the results in this folder do not belong to this run (${since}); they are kept in ${earlier.folder}`,
        )
      }
      await record.begin(identity, inputs)
      const outcome = await work({
        context: { config, data, session, cache, folder: directory.path, reporter, signal },
        directory,
        record,
        keep,
      })
      await record.finish()
      return outcome
    }
    const onWait = (owner: string) => reporter.note(`${directory.path}: looking whether ${owner} still writes into it`)
    return await directory.whileHeld(begun, { onWait, signal })
  } finally {
    await session.close()
  }
}
