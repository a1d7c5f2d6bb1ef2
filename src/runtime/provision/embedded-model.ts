import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { writeFileAtomically } from '../../atomic-file.js'
import { cancelledBy, GraitError } from '../../errors.js'
import type { ProvidedRuntime } from './provide.js'

/** The default model. */
export const EMBEDDED_MODEL = 'smollm2-135m-instruct'

/**
 * Converts an embedded model in advance of the first run; returns its folder.
 * The folder is recorded in the managed environment, so that a second set-up starts no process.
 */
export async function prepareEmbeddedModel(
  { python, env, managed }: ProvidedRuntime,
  model: string,
  signal?: AbortSignal,
  onConvert?: () => void,
): Promise<string> {
  const note = join(dirname(dirname(python)), `${model}.folder`)
  const noted = managed ? await readFile(note, 'utf8').catch(() => undefined) : undefined
  if (noted !== undefined && (await exists(join(noted, 'converted.sha256')))) return noted
  onConvert?.()
  const folder = await convert(python, env, model, signal)
  if (managed) await writeFileAtomically(note, folder)
  return folder
}

async function convert(python: string, env: Record<string, string>, model: string, signal?: AbortSignal): Promise<string> {
  const { failed, isCanceled, stdout, stderr, shortMessage } = await execa(python, ['-m', 'grait_runtime.models.embedded', model], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    ...(signal && { cancelSignal: signal }),
  })
  if (isCanceled) throw cancelledBy(signal, `converting the model ${model} was cancelled`)
  const words = (stderr || shortMessage || '').trimEnd().split('\n')
  if (failed)
    throw new GraitError('setup_failed', `the model ${model} could not be converted: ${words.at(-1)}`, {
      hint: 'run grait setup again; grait doctor checks the environment',
      details: { output: words.slice(-30).join('\n') },
    })
  return stdout.trim().split('\n').at(-1) ?? ''
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
