import { Command } from 'commander'
import { openSession, type ReplOptions } from '../../repl/session.js'
import { runRepl } from '../../repl/start.js'
import type { SetupProgress } from '../../runtime/provision/setup-steps.js'
import { examples } from '../options/help-examples.js'
import { seedNumber } from '../options/numbers.js'
import { interruptible } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'
import { downloadDisplay } from '../terminal/progress.js'
import { SetupDisplay } from '../terminal/setup-display.js'

/** `grait repl`: a prompt with the typed API and live Python objects. */
export function replCommand(): Command {
  return new Command('repl')
    .description('open a prompt with a loaded model, its typed calls and live Python objects')
    .option('--model <source>', 'the model: embedded:NAME, path:DIR, gguf:FILE or hub:ORG/NAME (default: the embedded model)')
    .option('--run <dir>', 'folder of a finished run: use its tuned model and its data')
    .option('--method <name>', 'if the run is a comparison: the method')
    .option('--seed <number>', 'if the run is a comparison: the seed (default: the first)', seedNumber)
    .option('--verify', "read every byte of the model's files, not only of those that were touched")
    .addHelpText(
      'after',
      examples(
        ['grait repl', 'the embedded model'],
        ['grait repl --run runs/mine', 'a tuned model and the data of its run'],
        ['grait repl --attach auto', 'a model that `grait serve` keeps loaded'],
      ),
    )
    .action(async (flags: Pick<ReplOptions, 'model' | 'run' | 'method' | 'seed' | 'verify' | 'attach'>) => {
      const display = new SetupDisplay(process.stderr)
      const onSetup = (progress: SetupProgress) => display.show(progress)
      const onDownload = downloadDisplay(process.stderr)
      const open = (signal: AbortSignal) => openSession({ ...flags, signal, onSetup, onDownload })
      const session = await interruptible(open).finally(() => display.close())
      try {
        const { info } = session.model
        await print(`${info.architecture}, ${info.dtype} on ${info.device}; .help lists what is in scope\n`)
        await runRepl(session)
      } finally {
        await session.close()
      }
    })
}
