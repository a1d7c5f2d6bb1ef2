import { Command, Option } from 'commander'
import type { DeviceChoice } from '../../config/device.js'
import { EMBEDDED_MODEL, prepareEmbeddedModel } from '../../runtime/provision/embedded-model.js'
import { provideExtraPackages } from '../../runtime/provision/extra-packages.js'
import { OPTIONAL_MODELS, type OptionalModel } from '../../runtime/provision/optional-models.js'
import { type ProvidedRuntime, provideRuntime } from '../../runtime/provision/provide.js'
import { examples } from '../options/help-examples.js'
import { interruptionSignal } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'
import { SetupDisplay } from '../terminal/setup-display.js'

interface SetupFlags {
  device: DeviceChoice
  nf4?: boolean | undefined
  models?: OptionalModel[] | undefined
  json?: boolean | undefined
}

/** `grait setup`: the managed environment and the converted embedded model. */
export function setupCommand(): Command {
  return new Command('setup')
    .description('make the private Python environment and convert the embedded model; needed only once')
    .addOption(new Option('--device <device>', 'which build of PyTorch to install').choices(['auto', 'cpu', 'cuda']).default('auto'))
    .option('--nf4', 'also install the packages for models with 4-bit weights (quantization nf4)')
    .addOption(
      new Option('--models <names...>', 'also install models of your choice, under their own licences').choices(
        Object.keys(OPTIONAL_MODELS),
      ),
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        ['grait setup', 'the build of PyTorch that fits this machine'],
        ['grait setup --device cpu', 'the smaller build of PyTorch'],
        ['grait setup --models gemma3-270m', 'also Gemma 3 270M (base), under the Gemma Terms of Use'],
      ),
    )
    .action(runSetup)
}

async function runSetup({ device, nf4, models = [], json }: SetupFlags): Promise<void> {
  const display = new SetupDisplay(process.stderr)
  const { signal, dispose } = interruptionSignal(() =>
    display.show({ step: 'ending', done: 0, total: 1, detail: 'removing unfinished files' }),
  )
  try {
    const provided = await provideRuntime({ device, aheadOfTime: true, signal, onProgress: (progress) => display.show(progress) })
    if (nf4) await provideExtraPackages(provided, 'nf4', { signal, onProgress: (progress) => display.show(progress) })
    const folders: string[] = []
    for (const name of [EMBEDDED_MODEL, ...models]) {
      if (isOptional(name)) {
        const { title, megabytes, licence } = OPTIONAL_MODELS[name]
        display.show({ step: `model ${name}`, done: 0, total: 1, detail: `${title}, ${megabytes} MB` })
        display.close()
        process.stderr.write(`${licence}\n`)
        await provideExtraPackages(provided, name, { signal, onProgress: (progress) => display.show(progress) })
      }
      const converting = () => display.show({ step: 'embedded model', done: 0, total: 1, detail: `converting ${name}` })
      folders.push(await prepareEmbeddedModel(provided, name, signal, converting))
    }
    display.close()
    await print(
      json ? `${JSON.stringify(summary(provided, folders), null, 2)}\n` : `ready: Python ${provided.version}, ${provided.python}\n`,
    )
  } finally {
    display.close()
    dispose()
  }
}

function isOptional(name: string): name is OptionalModel {
  return Object.hasOwn(OPTIONAL_MODELS, name)
}

function summary(
  { python, version, managed, runtimeDir }: ProvidedRuntime,
  [embeddedModel, ...models]: readonly string[],
): Record<string, unknown> {
  return { python: { executable: python, version }, managed, runtimeDir, embeddedModel, ...(models.length > 0 && { models }) }
}
