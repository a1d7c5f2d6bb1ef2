/**
 * The groups of nodes of a graph that can be reached from each other (strongly connected components of two or more, by
 * Tarjan's algorithm), each sorted.
 * @param arrows from, to
 */
export function circles(arrows: readonly (readonly [string, string])[]): string[][] {
  const targets = new Map<string, Set<string>>()
  for (const [from, to] of arrows) {
    if (!targets.has(to)) targets.set(to, new Set())
    targets.set(from, (targets.get(from) ?? new Set()).add(to))
  }
  const found: string[][] = []
  const index = new Map<string, number>()
  /** The earliest node on the path that can be reached from a node. */
  const low = new Map<string, number>()
  const path: string[] = []

  const visit = (node: string): void => {
    const own = index.size
    index.set(node, own)
    low.set(node, own)
    path.push(node)
    for (const next of targets.get(node) ?? []) {
      if (!index.has(next)) visit(next)
      if (path.includes(next)) low.set(node, Math.min(low.get(node) ?? own, low.get(next) ?? own))
    }
    if (low.get(node) !== own) return
    const group = path.splice(path.indexOf(node))
    if (group.length > 1) found.push(group.sort())
  }
  for (const node of targets.keys()) if (!index.has(node)) visit(node)
  return found
}
