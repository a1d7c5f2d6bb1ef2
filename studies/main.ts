/**
 * `npm run study -- NAME [--seeds 1,2,3] [--set path=value]... [--keep]`: runs the arms of a study and prints its table.
 * `composition` tells what grait would refuse under other settings of the gradients; nothing is tuned for it.
 * `foreseen NAME` holds what is foreseen from the gradients against what the tuned models of a study refuse.
 * `--keep` puts the figures into docs/findings.jsonl; `npm run study -- tables` writes the tables and plots of docs/findings.md from them.
 */
import { parseArgs } from 'node:util'
import { progressReporter } from '../src/cli/terminal/progress.js'
import { compositions, compositionTable } from './composition.js'
import { writeFindings } from './findings.js'
import { foreseenError, foreseenShares, foreseenTable } from './foreseen.js'
import { type Figure, keepFigures, keepPairs } from './kept-figures.js'
import { pairTable } from './pair-table.js'
import { runStudy } from './run-study.js'
import { compositionArms, studies } from './studies.js'
import type { Study } from './study.js'
import { studyTable } from './study-table.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string' }, set: { type: 'string', multiple: true }, keep: { type: 'boolean', default: false } },
})
const [name = '', of = ''] = positionals
const study = studies[name]
const held = name === 'foreseen' ? studies[of] : undefined
const seedsOf = ({ seeds }: Study) => values.seeds?.split(',').map(Number) ?? seeds
if (name === 'tables') {
  await writeFindings()
} else if (name === 'composition') {
  const found = await compositions('study.yaml', compositionArms, progressReporter(process.stderr))
  process.stdout.write(compositionTable(found))
} else if (held !== undefined) {
  const shares = await foreseenShares(held, seedsOf(held), progressReporter(process.stderr))
  const [foreseen, trained] = [foreseenError(shares, 'foreseen'), foreseenError(shares, 'trained')]
  process.stdout.write(`${foreseenTable(shares)}\nRoot mean square of the difference: ${foreseen.toFixed(1)} points; `)
  process.stdout.write(`of the shares of refusals among those trained on: ${trained.toFixed(1)} points\n`)
} else if (study === undefined) {
  process.stderr.write(
    `npm run study -- ${[...Object.keys(studies), 'composition', 'foreseen NAME', 'tables'].join(' | ')} [--seeds 1,2] [--set path=value] [--keep]\n`,
  )
  process.exitCode = 2
} else {
  const reporter = progressReporter(process.stderr)
  const found: Figure[] = []
  for await (const { figures, pairs } of runStudy({ name, study, settings: values.set ?? [], seeds: seedsOf(study), reporter })) {
    if (values.keep) {
      keepFigures(figures)
      keepPairs(pairs)
    }
    found.push(...figures)
    process.stdout.write(`${studyTable(found)}\n`)
    if (pairs.length > 0) process.stdout.write(`${pairTable(pairs)}\n`)
  }
}
