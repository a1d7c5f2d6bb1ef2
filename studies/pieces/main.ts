/**
 * `npm run pieces -- SORT [--pieces N] [--minutes M] [--methods a,b] [--seeds 1,2] [--set path=value]... [--dry-run] [--rows]`: runs every
 * method with every seed on one sort of data, piece by piece, and keeps the answers in studies/kept/SORT. What is kept is not run again; a
 * piece that is interrupted is resumed by the next session, with finished stages and planned batches as they are.
 * `--dry-run` says what is left and how long it takes, by what is kept; `--rows` prints the rows of what is kept, and compares `--reference`
 * (default: grait) with each of them.
 */
import { parseArgs } from 'node:util'
import { progressReporter } from '../../src/cli/terminal/progress.js'
import { duration } from '../../src/duration.js'
import { keptPieces } from './kept-answers.js'
import { keptRows } from './kept-rows.js'
import { piecesLeft, runPieces } from './run-pieces.js'
import { type Sort, sorts } from './sorts.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pieces: { type: 'string' },
    minutes: { type: 'string' },
    methods: { type: 'string' },
    seeds: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    'dry-run': { type: 'boolean', default: false },
    rows: { type: 'boolean', default: false },
    reference: { type: 'string', default: 'grait' },
  },
})
const [name = ''] = positionals
const known = sorts[name]
if (known === undefined) {
  process.stderr.write(`npm run pieces -- ${Object.keys(sorts).join(' | ')} [--pieces N] [--minutes M] [--dry-run] [--rows]\n`)
  process.exitCode = 2
} else {
  const sort: Sort = {
    ...known,
    methods: values.methods?.split(',') ?? known.methods,
    seeds: values.seeds?.split(',').map(Number) ?? known.seeds,
  }
  if (values.rows) process.stdout.write(await keptRows(name, values.reference))
  else if (values['dry-run']) tellLeft(sort)
  else await run(sort)
}

function tellLeft(sort: Sort): void {
  const left = piecesLeft({ name, sort })
  for (const { method, seed } of left) process.stdout.write(`${method}, seed ${seed}\n`)
  const took = keptPieces(name).flatMap(({ seconds }) => (seconds > 0 ? [seconds] : []))
  const each = took.length === 0 ? '' : `, about ${duration((left.length * took.reduce((sum, one) => sum + one, 0)) / took.length)}`
  process.stdout.write(`${left.length} of ${sort.methods.length * sort.seeds.length} pieces are left${each}\n`)
}

async function run(sort: Sort): Promise<void> {
  const limits = { pieces: numberOf(values.pieces), minutes: numberOf(values.minutes) }
  const session = { name, sort, settings: values.set, limits, reporter: progressReporter(process.stderr) }
  for await (const { method, seed, seconds } of runPieces(session)) {
    process.stdout.write(`${method}, seed ${seed}: kept after ${duration(seconds)}; ${piecesLeft(session).length} pieces left\n`)
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
