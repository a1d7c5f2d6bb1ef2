import { GraitError } from '../../errors.js'
import { readLines } from '../files/text-file.js'
import { lineOf, type Place } from '../question/checked-question.js'
import { textsOfCell } from '../question/list-cell.js'

/** The form in which Dense Passage Retrieval (Karpukhin et al. 2020) published questions: `nq-test.qa.csv`, tabs and no header. */
export const DPR_FORM = 'qa.csv'

/** The questions of such a file: each line has a question, a tab, and a list of answers as Python prints it. */
export async function* readDprFile(
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ question: string; answers: string[]; place: Place }> {
  for await (const { number, text } of readLines(path, signal)) {
    if (text.trim() === '') continue
    const place = lineOf(path, number)
    const cells = text.split('\t').map(unquoted)
    const [question = '', list = ''] = cells
    const answers = cells.length === 2 && list.startsWith('[') ? textsOfCell(list) : undefined
    if (answers === undefined) {
      throw new GraitError('data_invalid', `${place.where}: not a question, a tab, and a list of answers`, {
        hint: "A line of a .qa.csv file is: who wrote faust<tab>['Goethe'].",
        details: { file: path, line: number },
      })
    }
    yield { question, answers, place }
  }
}

function unquoted(cell: string): string {
  const text = cell.trim()
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text
}
