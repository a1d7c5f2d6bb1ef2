import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomically } from '../../atomic-file.js'
import { type PipWatch, pipInstall } from '../installers/pip.js'
import { Uv } from '../installers/uv.js'
import { PY_RUNTIME_FOLDER, requirementsDigest } from '../python/requirements.js'
import type { OptionalModel } from './optional-models.js'
import type { ProvidedRuntime } from './provide.js'
import { withSetupLock } from './setup-lock.js'
import type { SetupProgress } from './setup-steps.js'

/**
 * Packages that only some runs need, each a pinned requirement file. `nf4`: bitsandbytes, for quantized base weights; `gemma3-270m`: the
 * model of that name.
 */
export type ExtraPackages = 'nf4' | OptionalModel

/** Adds them to the managed environment, once. The user's own interpreter is never changed; loading a model reports what it lacks. */
export async function provideExtraPackages(
  runtime: ProvidedRuntime,
  extra: ExtraPackages,
  { onProgress, signal }: { onProgress?: ((progress: SetupProgress) => void) | undefined; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  if (!runtime.managed) return
  const requirements = join(PY_RUNTIME_FOLDER, 'requirements', `${extra}.txt`)
  const digest = await requirementsDigest([requirements])
  const folder = dirname(dirname(runtime.python))
  const marker = join(folder, `extra-${extra}`)
  const isThere = async () => (await readFile(marker, 'utf8').catch(() => '')) === digest
  if (await isThere()) return
  const tell = (detail: string) => onProgress?.({ step: `packages for ${extra}`, done: 0, total: 1, detail })
  await withSetupLock(dirname(folder), `${folder}.lock`, { onWait: () => tell('another process sets up'), signal }, async () => {
    if (await isThere()) return
    await install(runtime.python, `the packages for ${extra}`, ['--no-deps', '--require-hashes', '-r', requirements], {
      onDetail: tell,
      signal,
    })
    await writeFileAtomically(marker, digest)
  })
}

/** With uv where that is there, otherwise with pip. */
async function install(python: string, what: string, args: string[], watch: PipWatch): Promise<void> {
  const uv = await Uv.find(python, watch)
  try {
    if (uv !== undefined) return await uv.install(python, what, args)
  } catch (error) {
    if (watch.signal?.aborted === true) throw error
    watch.onDetail?.(`${(error as Error).message.split('\n')[0]}; pip does it instead`)
  }
  await pipInstall(python, what, args, watch)
}
