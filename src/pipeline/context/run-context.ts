import type { Config } from '../../config/schema.js'
import type { FinishedStage, Stage, StageCache } from '../cache/stage-cache.js'
import type { FullReporter } from '../reporter.js'
import type { ExperimentData } from './experiment-data.js'
import type { ModelSession } from './model-session.js'

/** Everything that a stage needs to know about its run. */
export interface RunContext {
  config: Config
  data: ExperimentData
  session: ModelSession
  cache: StageCache
  reporter: FullReporter
  signal: AbortSignal | undefined
}

/** Obtains a stage and informs the reporter; `about` describes its input and, once finished, its outcome. */
export async function obtainStage(
  context: RunContext,
  stage: Stage,
  about: { start: string; end?: ((dir: string) => Promise<string>) | undefined },
): Promise<FinishedStage> {
  const { cache, reporter, signal } = context
  const there = cache.find(stage.name, cache.key(stage)) !== undefined
  if (!there) reporter.stageStarted(stage.name, about.start)
  const finished = await cache.obtain(stage, {
    onWait: (name) => reporter.note(`${name}: another process computes the same stage; waiting for it`),
    signal,
  })
  const end = (await about.end?.(finished.dir)) ?? about.start
  reporter.stageFinished(stage.name, { reused: finished.reused, seconds: finished.seconds, about: end })
  return finished
}
