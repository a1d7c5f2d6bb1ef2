import { seededHash } from './seeded-hash.js'

/** Whole numbers that sum to `total`, each a share rounded down or up; ties between remainders are broken by a seeded hash. */
export function largestRemainder(shares: { subject: string; share: number }[], total: number, seed: number): Map<string, number> {
  const quotas = new Map(shares.map(({ subject, share }) => [subject, Math.floor(share)]))
  let left = total - [...quotas.values()].reduce((sum, quota) => sum + quota, 0)
  const remainder = ({ share }: { share: number }) => share - Math.floor(share)
  const order = shares
    .map((entry) => ({ ...entry, hash: seededHash(seed, entry.subject) }))
    .sort((a, b) => remainder(b) - remainder(a) || a.hash - b.hash)
  for (const { subject } of order) {
    if (left-- <= 0) break
    quotas.set(subject, (quotas.get(subject) as number) + 1)
  }
  return quotas
}
