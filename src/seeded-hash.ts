import { createHash } from 'node:crypto'

/**
 * A pseudo-random whole number in [0, 2^53) that depends only on its arguments: the first 53 bits of the SHA-256 of
 * `[seed, ...parts]`. The same on every platform and Node version.
 */
export function seededHash(seed: number, ...parts: string[]): number {
  const bytes = createHash('sha256')
    .update(JSON.stringify([seed, ...parts]))
    .digest()
  return bytes.readUIntBE(0, 6) * 32 + (bytes.readUInt8(6) >>> 3)
}

/** `seededHash` as a number in [0, 1). */
export function seededUnit(seed: number, ...parts: string[]): number {
  return seededHash(seed, ...parts) / 2 ** 53
}

/** The items in a seeded random order: sorted by the hash of their key, ties by the key. */
export function seededOrder<T>(items: readonly T[], seed: number, key: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, key: key(item), hash: seededHash(seed, key(item)) }))
    .sort((a, b) => a.hash - b.hash || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item)
}
