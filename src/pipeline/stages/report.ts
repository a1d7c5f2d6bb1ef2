import { reportPage } from '../../report/report-page.js'
import { type ReportedRun, reportData } from '../report-data.js'
import type { RunDirectory } from '../run-directory.js'

/** Writes report.html: one page, readable without network or script. Nothing is written where there are no results. */
export async function writeReport(
  directory: RunDirectory,
  outcome: Omit<ReportedRun, 'results'> & { results: ReportedRun['results'] | undefined },
): Promise<void> {
  const { results } = outcome
  if (results === undefined) return
  const data = await reportData({ ...outcome, results })
  await directory.write('report.html', await reportPage(data))
}
