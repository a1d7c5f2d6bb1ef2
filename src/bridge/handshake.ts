import { GraitError } from '../errors.js'
import type { BridgeClient } from './client.js'
import { PROTOCOL_VERSION, type Result } from './contract.js'
import { contractHash } from './schema.js'

/** What the runtime reports about itself: package versions, device, default dtype, process id. */
export interface RuntimeInfo extends Result<'handshake'> {}

/** The client's name in the runtime's log. */
const CLIENT = 'grait-node'

/**
 * Exchanges protocol version and contract hash with the runtime.
 * @throws GraitError `protocol_mismatch` when the two sides do not match, naming both versions.
 */
export async function shakeHands(client: BridgeClient): Promise<RuntimeInfo> {
  const ours = contractHash()
  const info = await client.call('handshake', { protocol: PROTOCOL_VERSION, contractHash: ours, client: CLIENT })
  if (info.protocol !== PROTOCOL_VERSION) {
    throw mismatch(`the runtime speaks protocol ${info.protocol}, this package protocol ${PROTOCOL_VERSION}`)
  }
  if (info.contractHash !== ours) {
    throw mismatch(`the runtime has contract ${info.contractHash}, this package contract ${ours}`)
  }
  return info
}

function mismatch(message: string): GraitError {
  return new GraitError('protocol_mismatch', message, {
    hint: 'The interpreter finds another grait_runtime than the one in this package: remove it there, or update the older side.',
  })
}
