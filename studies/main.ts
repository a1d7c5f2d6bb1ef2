/**
 * `npm run study -- NAME [--seeds 1,2,3] [--set path=value]... [--keep]`: runs the arms of a study and prints its table.
 * `--keep` puts the figures into docs/findings.jsonl; `npm run study -- tables` writes the tables of docs/findings.md from them.
 */
import { parseArgs } from 'node:util'
import { progressReporter } from '../src/cli/progress.js'
import { writeFindings } from './findings.js'
import { type Figure, keepFigures } from './kept-figures.js'
import { runStudy } from './run-study.js'
import { studies } from './studies.js'
import { studyTable } from './study-table.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string' }, set: { type: 'string', multiple: true }, keep: { type: 'boolean', default: false } },
})
const name = positionals[0] ?? ''
const study = studies[name]
if (name === 'tables') {
  writeFindings()
} else if (study === undefined) {
  process.stderr.write(`npm run study -- ${[...Object.keys(studies), 'tables'].join(' | ')} [--seeds 1,2] [--set path=value] [--keep]\n`)
  process.exitCode = 2
} else {
  const seeds = values.seeds?.split(',').map(Number) ?? study.seeds
  const reporter = progressReporter(process.stderr)
  const found: Figure[] = []
  for await (const figures of runStudy({ name, study, settings: values.set ?? [], seeds, reporter })) {
    if (values.keep) keepFigures(figures)
    found.push(...figures)
    process.stdout.write(`${studyTable(found)}\n\n`)
  }
}
