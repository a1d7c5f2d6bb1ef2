import { stringify } from 'yaml'
import { runPage } from '../../report/run-page.js'
import type { RunOutcome } from '../run.js'
import type { RunDirectory } from '../run-directory.js'

/** Writes report.html: one page, readable without network or script. */
export async function writeReport(directory: RunDirectory, outcome: RunOutcome): Promise<void> {
  const { results, moved, selection, losses, config, name } = outcome
  if (results === undefined) return
  await directory.write('report.html', runPage({ name, results, moved, selection, losses, configuration: stringify(config) }))
}
