import type { Config } from '../../config/schema.js'
import type { FinishedStage, Stage, StageCache, StageWorkspace } from '../cache/stage-cache.js'
import type { FullReporter } from '../reporter.js'
import type { ExperimentData } from './experiment-data.js'
import type { ModelSession } from './model-session.js'

/** Everything that a stage needs to know about its run. */
export interface RunContext {
  config: Config
  data: ExperimentData
  session: ModelSession
  cache: StageCache
  /** The run's folder, into which finished stages are copied. */
  folder: string
  reporter: FullReporter
  signal: AbortSignal | undefined
}

/** A stage of a run. */
export interface RunStage extends Omit<Stage, 'compute'> {
  /** @param working the run's context, with the workspace's signal */
  compute(workspace: StageWorkspace, working: RunContext): Promise<void>
}

/** Obtains a stage and informs the reporter; `about` describes its input and, once finished, its outcome. */
export async function obtainStage(
  context: RunContext,
  stage: RunStage,
  about: { start: string; end?: ((dir: string) => Promise<string>) | undefined },
): Promise<FinishedStage> {
  const { cache, reporter, signal } = context
  const { name } = stage
  const compute = (workspace: StageWorkspace) => stage.compute(workspace, { ...context, signal: workspace.signal })
  const finished = await cache.obtain(
    { ...stage, compute },
    {
      onWait: (owner) => reporter.note(`${name}: waiting for ${owner}, which computes the same stage`),
      onDamage: (damage, aside) =>
        reporter.warning(`${name}: the stored stage is damaged (${damage}); it is computed again, and kept as ${aside}`),
      onCompute: () => reporter.stageStarted(name, about.start),
      signal,
    },
  )
  const end = (await about.end?.(finished.dir)) ?? about.start
  reporter.stageFinished(stage.name, { reused: finished.reused, seconds: finished.seconds, about: end })
  return finished
}
