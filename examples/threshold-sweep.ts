/** From which correctness on is a question known? Runs that differ in T_c alone share what they can: npx tsx examples/threshold-sweep.ts */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig, runExperiment } from 'grait'

// The quick start, small: the figures say little, but it takes minutes.
const quickstart = fileURLToPath(new URL('../configs/quickstart.yaml', import.meta.url))
const small = ['data.limit=40', 'rehearsal.count=8', 'selection.known=8', 'selection.unknown=4', 'tuning.train.epochs=1']
const folder = mkdtempSync(join(tmpdir(), 'threshold-sweep-'))

for (const threshold of [0.3, 0.5, 0.7]) {
  const config = loadConfig(quickstart, [...small, `knowledge.threshold=${threshold}`])
  const { dir, results, selection } = await runExperiment(config, { out: join(folder, `${threshold}`) })
  const known = selection.filter(({ group }) => group === 'ik').length
  const row = results?.rows.find(({ method }) => method === 'grait')
  const { stages } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as { stages: { name: string; reused: boolean }[] }
  const reused = stages.filter((stage) => stage.reused).map(({ name }) => name)
  console.log(`T_c ${threshold}: ${known} known, ${selection.length - known} unknown`)
  console.log(`  Pc ${row?.pc.toFixed(1)}, Pw ${row?.pw.toFixed(1)}, Pr ${row?.pr.toFixed(1)}, THS ${row?.ths?.toFixed(1) ?? '-'}`)
  console.log(`  taken from earlier runs: ${reused.join(', ') || 'nothing'}`)
}
