import { Command, Option } from 'commander'
import type { DeviceChoice } from '../../config/device.js'
import { GraitError } from '../../errors.js'
import { type RuntimeServer, serveRuntime } from '../../runtime/serve.js'
import { deviceName } from '../options/device-name.js'
import { positiveNumber } from '../options/numbers.js'
import { interruptionSignal } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'
import { downloadDisplay } from '../terminal/progress.js'
import { SetupDisplay } from '../terminal/setup-display.js'

interface ServeFlags {
  device: DeviceChoice
  threads?: number | undefined
  idleTimeout?: number | undefined
  model: string[]
}

/** `grait serve`: keeps a runtime running, for scripts and commands to attach to. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('keep a runtime running that scripts and commands can attach to, so that a model is loaded only once')
    .addOption(new Option('--device <device>', 'where to compute: auto, cpu, cuda, cuda:N or mps').argParser(deviceName).default('auto'))
    .option('--threads <n>', 'number of threads of one computation', positiveNumber)
    .option('--idle-timeout <minutes>', 'end after this long without a call (default: never)', positiveNumber)
    .option('--model <source>', 'keep this model loaded; may be repeated', (value: string, before: string[]) => [...before, value], [])
    .addHelpText(
      'after',
      `
Prints the path to attach to, and runs until Ctrl-C.

Examples:
  grait serve --model embedded:smollm2-135m-instruct --idle-timeout 60
  grait run --attach auto            in another terminal; or set GRAIT_ATTACH=auto for all commands`,
    )
    .action(serve)
}

async function serve({ device, threads, idleTimeout, model }: ServeFlags): Promise<void> {
  const display = new SetupDisplay(process.stderr)
  const { signal, dispose } = interruptionSignal(() => process.stderr.write('\nending the runtime\n'))
  try {
    const server = await serveRuntime({
      device,
      threads,
      idleMinutes: idleTimeout,
      signal,
      onSetup: (progress) => display.show(progress),
      onLog: ({ message }) => process.stderr.write(`${message}\n`),
    })
    display.close()
    try {
      await untilEnded(server, model, signal)
    } finally {
      await server.close()
    }
  } finally {
    display.close()
    dispose()
  }
}

async function untilEnded(server: RuntimeServer, models: readonly string[], signal: AbortSignal): Promise<void> {
  const { info, path, runtime } = server
  const interrupted = new Promise<'closed'>((resolve) => signal.addEventListener('abort', () => resolve('closed'), { once: true }))
  for (const source of models) await runtime.loadModel({ source, signal, onProgress: downloadDisplay(process.stderr) })
  process.stderr.write(`serving on ${info.device.kind}, ${info.device.threads} threads, ${info.dtype}; attach to:\n`)
  await print(`${path}\n`)
  const end = await Promise.race([server.ended, interrupted])
  if (end === 'idle') process.stderr.write('nobody called within the idle timeout, so the runtime has ended\n')
  if (end === 'died')
    throw new GraitError('runtime_died', 'the runtime ended by itself', { hint: 'Its last messages are above. Run `grait doctor`.' })
}
