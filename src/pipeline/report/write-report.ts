import { join, relative } from 'node:path'
import { type CancelOptions, throwIfCancelled } from '../../cancellation.js'
import { modelCard } from '../../report/documents/model-card.js'
import { reportPage } from '../../report/page/report-page.js'
import { methodFolder } from '../folder/method-folder.js'
import type { RunDirectory } from '../folder/run-directory.js'
import { cardData } from './card-data.js'
import { type ReportedRun, reportData } from './run-files.js'

/**
 * Writes report.html, one page that needs no network and no scripts, and a model card next to each tuned adapter. The cards are
 * only in the run's folder; the cached stage, whose files the run shares, does not change. Without results nothing is written.
 */
export async function writeReport(
  directory: RunDirectory,
  outcome: Omit<ReportedRun, 'results'> & { results: ReportedRun['results'] | undefined },
  { signal }: CancelOptions = {},
): Promise<void> {
  const { results, dir, config } = outcome
  if (results === undefined) return
  const data = await reportData({ ...outcome, results })
  await directory.write('report.html', await reportPage(data, { signal }))
  for (const { method, seed } of data.tunings) {
    throwIfCancelled(signal)
    const folder = methodFolder(dir, method, seed)
    const card = modelCard('adapter', await cardData({ run: dir, config, method, seed, folder }))
    await directory.write(join(relative(dir, folder), 'tuning', 'adapter', 'README.md'), card)
  }
}
