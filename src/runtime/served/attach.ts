import { resolve } from 'node:path'
import type { RuntimeInfo } from '../../bridge/handshake.js'
import { GraitError } from '../../errors.js'
import { isListening } from '../process/socket-folder.js'
import { AttachedSession, type AttachOptions } from './attached-session.js'
import { type ServedRuntime, servedRuntimes } from './served-registry.js'

/** Stands for the path of the one runtime that is being served. */
export const ATTACH_AUTO = 'auto'

/** What to attach to: the option if given (null: nothing), otherwise $GRAIT_ATTACH. Undefined: start a new runtime. */
export function attachTarget(option?: string | null): string | undefined {
  return (option === undefined ? process.env['GRAIT_ATTACH'] : option) || undefined
}

/**
 * Connects to a served runtime: a socket folder, or `auto` if there is only one.
 * @throws GraitError `runtime_not_ready` if nothing is served there, `protocol_mismatch` or `cancelled`.
 */
export async function attach(target: string, options: AttachOptions): Promise<{ session: AttachedSession; info: RuntimeInfo }> {
  const path = target === ATTACH_AUTO ? onlyOne(await servedRuntimes()).path : resolve(target)
  await requireListener(path)
  return AttachedSession.open(path, options)
}

function onlyOne(served: readonly ServedRuntime[]): ServedRuntime {
  const [first] = served
  if (first === undefined)
    throw new GraitError('runtime_not_ready', 'no runtime is being served', { hint: 'Start one with `grait serve`.' })
  if (served.length === 1) return first
  throw new GraitError('runtime_not_ready', `${served.length} runtimes are being served: ${served.map(({ path }) => path).join(', ')}`, {
    hint: 'Name the one to attach to by its path.',
  })
}

/** If nobody listens, a ZeroMQ socket would keep trying for ever. */
async function requireListener(path: string): Promise<void> {
  if (await isListening(path)) return
  throw new GraitError('runtime_not_ready', `no runtime is being served at ${path}`, {
    hint: '`grait doctor` lists those that are; `grait serve` starts one.',
  })
}
