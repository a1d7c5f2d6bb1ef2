/** Value of every half-precision bit pattern, computed at first use (256 KiB). */
let values: Float32Array | undefined

/** Converts IEEE 754 binary16 numbers, given as raw bits, to float32; exact. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  values ??= Float32Array.from({ length: 0x1_0000 }, (_, pattern) => float16Value(pattern))
  const wide = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i += 1) wide[i] = values[bits[i]!]!
  return wide
}

/** 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
function float16Value(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1
  const exponent = (pattern >> 10) & 0x1f
  const fraction = pattern & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
