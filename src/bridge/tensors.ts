import { GraitError } from '../errors.js'
import type { TensorRef } from './contract.js'

/** Array type of each transferred dtype; float16 is kept as raw bits (see float16.ts). */
const ARRAYS = {
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
} as const

export type TensorDtype = keyof typeof ARRAYS
export type TensorArray<D extends TensorDtype> = InstanceType<(typeof ARRAYS)[D]>

/**
 * The elements of `ref`, row-major, as a view over the received frame. Copies only if the frame does not start at a
 * multiple of the element size within its buffer, which a typed array cannot express.
 * @throws GraitError `internal` if the dtype is not in `dtypes` or the frame's length does not match the shape.
 */
export function tensorView<D extends TensorDtype>(ref: TensorRef, frames: readonly Uint8Array[], ...dtypes: readonly D[]): TensorArray<D> {
  const dtype = dtypes.find((candidate) => candidate === ref.dtype)
  if (dtype === undefined) throw new GraitError('internal', `a tensor came as ${ref.dtype}; expected ${dtypes.join(' or ')}`)
  const ArrayType = ARRAYS[dtype]
  const length = ref.shape.reduce((product, extent) => product * extent, 1)
  const frame = frames[ref.frame]
  if (frame === undefined) throw new GraitError('internal', `a tensor names frame ${ref.frame}, but ${frames.length} frames came`)
  if (frame.byteLength !== length * ArrayType.BYTES_PER_ELEMENT) {
    throw new GraitError('internal', `a ${dtype} tensor [${ref.shape.join(', ')}] came with ${frame.byteLength} bytes`)
  }
  const aligned = frame.byteOffset % ArrayType.BYTES_PER_ELEMENT === 0 ? frame : new Uint8Array(frame)
  return new ArrayType(aligned.buffer as ArrayBuffer, aligned.byteOffset, length) as TensorArray<D>
}
