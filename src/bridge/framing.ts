import { Packr } from 'msgpackr'
import { GraitError } from '../errors.js'
import { type ClientHeader, type ControlHeader, type ServerHeader, serverHeader } from './contract.js'
import { validated } from './validation.js'

/** Plain maps, no extension types, so that any msgpack reader understands them. */
const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number', variableMapSize: true })

const LARGEST_UINT32 = 0xffff_ffff
const SMALLEST_INT32 = -0x8000_0000

/** A message of the runtime: its header and the raw frames that followed it. */
export interface ServerMessage {
  header: ServerHeader
  frames: readonly Uint8Array[]
}

export function encodeHeader(header: ClientHeader | ControlHeader): Buffer {
  return packr.pack(portable(header))
}

/** @throws GraitError `protocol_mismatch` if the frames are not a message of this protocol. */
export function decodeMessage(parts: readonly Uint8Array[]): ServerMessage {
  const [head, ...frames] = parts
  try {
    return { header: validated(serverHeader, packr.unpack(head ?? new Uint8Array()), 'internal', 'header'), frames }
  } catch (cause) {
    throw new GraitError('protocol_mismatch', `the runtime sent something that is not a message: ${(cause as Error).message}`, {
      hint: 'Check that the interpreter runs the grait_runtime that came with this package.',
      cause,
    })
  }
}

/**
 * The same value in a form that msgpack carries exactly: msgpackr writes integers beyond 32 bits as floats, which the
 * runtime rejects where it expects an integer, lone surrogates as bytes that are not UTF-8, and undefined as an extension.
 * A field that is undefined is left out.
 * Parts that need no change are shared, not copied.
 */
export function portable(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && (value > LARGEST_UINT32 || value < SMALLEST_INT32) ? BigInt(value) : value
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed()
  if (Array.isArray(value)) return portableArray(value)
  if (typeof value === 'object' && value !== null) return portableObject(value as Record<string, unknown>)
  return value
}

function portableArray(values: readonly unknown[]): readonly unknown[] {
  let changed: unknown[] | undefined
  for (let i = 0; i < values.length; i += 1) {
    const kept = portable(values[i])
    if (kept === values[i]) continue
    changed ??= [...values]
    changed[i] = kept
  }
  return changed ?? values
}

function portableObject(fields: Record<string, unknown>): Record<string, unknown> {
  let changed: Record<string, unknown> | undefined
  for (const [name, value] of Object.entries(fields)) {
    const kept = portable(value)
    if (kept === value) continue
    changed ??= { ...fields }
    changed[name] = kept
  }
  const absent = Object.keys(fields).filter((name) => fields[name] === undefined)
  if (absent.length > 0) changed ??= { ...fields }
  for (const name of absent) delete changed?.[name]
  return changed ?? fields
}
