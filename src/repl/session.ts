import { resolve } from 'node:path'
import { DEFAULT_MODEL } from '../config/default-model.js'
import { GraitError } from '../errors.js'
import { loadOptions } from '../pipeline/context/load-options.js'
import type { StageProgress } from '../pipeline/reporter.js'
import { requireTrainedWeights } from '../pipeline/tuned/base-weights.js'
import { findTuned } from '../pipeline/tuned/tuned-model.js'
import { type Python, startLiveRuntime } from '../runtime/live/live-runtime.js'
import type { Model } from '../runtime/model.js'
import type { SetupProgress } from '../runtime/provision/setup-steps.js'
import type { Runtime } from '../runtime/runtime.js'
import { attachTarget } from '../runtime/served/attach.js'
import { startRuntime } from '../runtime/start.js'
import { type ReplData, replData } from './data.js'
import { Interruption } from './interruptible.js'

export interface ReplOptions {
  /** Source of the model; default: the run's, otherwise the embedded one. */
  model?: string | undefined
  /** A run's folder: its model with the tuned adapter, and its data. */
  run?: string | undefined
  /** If the run is a comparison: the method, and the seed (default: the first). */
  method?: string | undefined
  seed?: number | undefined
  /** Read every byte of the model's files, also of those that were not touched. */
  verify?: boolean | undefined
  /** A served runtime; default $GRAIT_ATTACH. */
  attach?: string | undefined
  onSetup?: ((progress: SetupProgress) => void) | undefined
  /** Follows the download of a model. */
  onDownload?: ((progress: StageProgress) => void) | undefined
  /** Aborting cancels the opening; it does not end an open session. */
  signal?: AbortSignal | undefined
}

/** The names in scope at the prompt, and how to close the session. */
export interface ReplSession {
  rt: Runtime
  model: Model
  /** With --run: the model as it was before the tuning. */
  initial: Model | null
  data: ReplData
  py: Python
  interruption: Interruption
  close(): Promise<void>
}

/** Starts or attaches to a runtime and loads the model. */
export async function openSession(options: ReplOptions): Promise<ReplSession> {
  const run = options.run === undefined ? null : resolve(options.run)
  const { method, seed } = options
  // Before Python is started: a run without a tuned model is refused at once.
  const tuned = run === null ? undefined : await findTuned({ run, method, seed })
  const data = replData(run)
  const target = attachTarget(options.attach)
  const warn = (message: string) => process.stderr.write(`${message}\n`)
  const { runtime, python } =
    target === undefined
      ? await startLiveRuntime({ warn, signal: options.signal, ...pythonOptions(data, options) })
      : { runtime: await startRuntime({ attach: target, signal: options.signal }), python: noPython() }
  try {
    const interruption = new Interruption()
    const rt = interruption.over(runtime)
    const { quantization = 'none', ...own } = data.config === null ? {} : loadOptions(data.config.model)
    const source = options.model ?? own.source ?? DEFAULT_MODEL
    const request = { ...own, source, quantization }
    const adapter = tuned?.adapter
    // The prompt's own calls are cancelled by `interruption`; these two by whoever opens the session.
    const { signal = interruption.signal, onDownload: onProgress } = options
    const initial = await rt.loadModel({ ...request, verify: options.verify, signal, onProgress })
    if (tuned !== undefined) await requireTrainedWeights(tuned, { info: initial.info, source, quantization })
    const model = adapter === undefined ? initial : await rt.loadModel({ ...request, adapter, signal })
    return { rt, model, initial: adapter === undefined ? null : initial, data, py: python, interruption, close: () => runtime.close() }
  } catch (error) {
    await runtime.close()
    throw error
  }
}

function pythonOptions({ config }: ReplData, { onSetup }: ReplOptions): Partial<Parameters<typeof startLiveRuntime>[0]> {
  return {
    device: config?.runtime.device,
    threads: config?.runtime.threads,
    python: config?.runtime.python ?? undefined,
    onSetup,
  }
}

/** Replaces `py` if the runtime is a separate process. */
function noPython(): Python {
  const refuse = (): never => {
    throw new GraitError('usage', 'there are no live Python objects with --attach: the runtime is a process of its own', {
      hint: 'Start `grait repl` without --attach, or leave GRAIT_ATTACH out.',
    })
  }
  return Object.assign(refuse, { import: refuse, exec: refuse, tuple: refuse, set: refuse, enumerate: refuse, with: refuse })
}
