/** Compares your own way of choosing training questions with a built-in one. Run it with: npx tsx examples/own-method.ts */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compareExperiment, loadConfig, type Method } from 'grait'

/** As grait, but no subject gets more than its share of the refusals. */
const balanced: Method = {
  id: 'balanced',
  description: 'the most influential unknown questions of every subject in turn',
  version: 1,
  needs: { influence: true },
  select(candidates, { known, unknown }) {
    const gold = candidates
      .filter(({ group }) => group === 'ik')
      .sort((a, b) => b.correctness - a.correctness || (a.id < b.id ? -1 : 1))
      .slice(0, known)
    const ranked = candidates
      .filter(({ group }) => group === 'idk')
      .sort((a, b) => (b.refusalInfluence ?? 0) - (a.refusalInfluence ?? 0) || (a.id < b.id ? -1 : 1))
    const taken = new Map<string, number>()
    const turns = ranked.map((candidate) => {
      const subject = candidate.subject ?? ''
      const turn = taken.get(subject) ?? 0
      taken.set(subject, turn + 1)
      return { id: candidate.id, turn }
    })
    const refused = turns.sort((a, b) => a.turn - b.turn).slice(0, unknown)
    return {
      chosen: [
        ...gold.map(({ id }) => ({ id, group: 'ik' as const, target: 'gold' as const, weight: 1 })),
        ...refused.map(({ id }) => ({ id, group: 'idk' as const, target: 'refusal' as const, weight: 0.5 })),
      ],
      notes: [],
    }
  },
}

// The quick start, small: the figures say little, but it takes minutes.
const quickstart = fileURLToPath(new URL('../configs/quickstart.yaml', import.meta.url))
const small = ['data.limit=40', 'rehearsal.count=8', 'selection.known=8', 'selection.unknown=4', 'tuning.train.epochs=1']
const { table, dir, failures } = await compareExperiment(loadConfig(quickstart, small), {
  methods: [balanced, 'cor-rait'],
  seeds: [1, 2],
  out: mkdtempSync(join(tmpdir(), 'own-method-')),
})
console.log(table)
console.log(dir)
for (const { method, seed, message } of failures) console.error(`${method}, seed ${seed}: ${message}`)
