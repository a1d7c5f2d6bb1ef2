/** xoshiro128** 1.1 of Blackman and Vigna (prng.di.unimi.it), with its state filled by their splitmix64. The same on every platform. */
export class Rng {
  readonly #state: Uint32Array

  private constructor(state: Uint32Array) {
    this.#state = state
  }

  /** @param seed a whole number in [0, 2^53) */
  static seeded(seed: number): Rng {
    const next = splitmix64(BigInt(seed))
    const [a, b] = [next(), next()]
    return Rng.fromState([Number(a & 0xffffffffn), Number(a >> 32n), Number(b & 0xffffffffn), Number(b >> 32n)])
  }

  /** @param state four unsigned 32-bit numbers, not all 0 */
  static fromState(state: readonly [number, number, number, number]): Rng {
    return new Rng(Uint32Array.from(state))
  }

  /** The next 32 bits, unsigned. */
  uint32(): number {
    const s = this.#state as unknown as [number, number, number, number]
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0
    const shifted = s[1] << 9
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= shifted
    s[3] = rotateLeft(s[3], 11)
    return result
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53
  }
}

/** Steele, Lea and Flood 2014: a stream of 64-bit numbers from one. */
export function splitmix64(seed: bigint): () => bigint {
  const mask = (1n << 64n) - 1n
  let state = seed & mask
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask
    let z = state
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask
    return z ^ (z >> 31n)
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
