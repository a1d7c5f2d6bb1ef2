import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { atlasQuestions } from '../../src/data/atlas/atlas.js'
import type { Question } from '../../src/data/question/question.js'
import { sampleQuestions } from '../../src/data/sample.js'
import { graitHome } from '../../src/grait-home.js'
import { jsonLines } from '../../src/pipeline/folder/json-lines-file.js'
import { choices, writeTaughtModel } from './taught-model.js'

/** Commit of a repository in the cache of the hub. */
const COMMIT = '0123456789abcdef0123456789abcdef01234567'

/** Where Python finds the runtime and its tests. */
const runtimeFolder = fileURLToPath(new URL('../../py_runtime', import.meta.url))

/**
 * A folder in which the documented commands find what they name: questions, a tiny model under each name, data sets,
 * predictions. What commands share (environment, finished stages, a cache of the hub with the repositories, and the tiny model in
 * the place of the embedded one) lies in `shared`, an empty folder. Returns the variables to run them with.
 */
export function writeWorkspace(dir: string, shared: string, python: string): Record<string, string> {
  for (const name of ['models', 'data']) mkdirSync(join(dir, name), { recursive: true })
  const model = join(dir, 'models', 'my-model')
  writeTaughtModel(model, python)
  cpSync(model, join(dir, 'models', 'thinker'), { recursive: true })
  putInPlaceOfDefault(model, join(shared, 'models'), python)
  for (const repository of ['ORG/NAME', 'meta-llama/Meta-Llama-3-8B-Instruct']) writeHubCache(shared, repository, model)
  writeAdapter(join(dir, 'models', 'my-adapter'), model, python)
  symlinkSync(join(graitHome(), 'runtime'), join(shared, 'runtime'))

  for (const [seed, name] of ['my.jsonl', 'train.jsonl', 'test.jsonl'].entries()) writeFileSync(join(dir, name), jsonLines(mixed(seed)))
  writeFileSync(join(dir, 'my.yaml'), stringify(MY_CONFIG))
  writeDataSets(join(dir, 'data'))
  symlinkSync('data', join(dir, 'DIR'))
  writePredictions(dir)
  return { GRAIT_HOME: shared, HF_HOME: shared, HF_HUB_OFFLINE: '1', GRAIT_ATTACH: '' }
}

/** A configuration of one's own: of every kind of stage a little. */
const MY_CONFIG = {
  model: { source: 'path:models/my-model' },
  data: { train: 'jsonl:my.jsonl' },
  gradients: { projection: { dim: 64 } },
  selection: { known: 8, unknown: 4 },
  tuning: { train: { epochs: 1, batchSize: 4 } },
  evaluation: { bootstrap: 200 },
}

/** Questions of both kinds; the tiny model knows some of each. */
function mixed(seed: number): Question[] {
  const continents = atlasQuestions().filter(({ subject }) => subject === 'continent')
  return [...sampleQuestions(continents, 60, seed), ...choices()]
}

/** Puts a model where the default model's converted weights lie in $GRAIT_HOME/models, with the digest that says it is whole. */
function putInPlaceOfDefault(model: string, models: string, python: string): void {
  const script = [
    'import shutil, sys',
    'from pathlib import Path',
    'from grait_runtime.files.digests import folder_digest',
    'from grait_runtime.models.embedded import GGUF_MODELS',
    'name = "smollm2-135m-instruct"',
    'folder = Path(sys.argv[2]) / f"{name}-{GGUF_MODELS[name].sha256[:8]}"',
    'shutil.copytree(sys.argv[1], folder)',
    '(folder / "converted.sha256").write_text(folder_digest(folder))',
  ].join('\n')
  execFileSync(python, ['-c', script, model, models], { cwd: runtimeFolder })
}

/** An adapter that moves the tiny model's queries a little: it says much the same with it. */
function writeAdapter(folder: string, model: string, python: string): void {
  const script = [
    'import sys',
    'from pathlib import Path',
    'from tests.written_adapter import write_adapter',
    'write_adapter(Path(sys.argv[2]), Path(sys.argv[1]), 0, ["q_proj"], r=8, lora_alpha=1)',
  ].join('\n')
  execFileSync(python, ['-c', script, model, folder], { cwd: runtimeFolder })
}

/** As huggingface_hub keeps a repository: a branch or tag names a commit, a commit has a folder. One has a GGUF file too. */
function writeHubCache(home: string, repository: string, model: string): void {
  const folder = join(home, 'hub', `models--${repository.replace('/', '--')}`)
  mkdirSync(join(folder, 'refs'), { recursive: true })
  for (const revision of ['main', 'REVISION']) writeFileSync(join(folder, 'refs', revision), COMMIT)
  cpSync(model, join(folder, 'snapshots', COMMIT), { recursive: true })
  cpSync(`${model}.gguf`, join(folder, 'snapshots', COMMIT, 'FILE.gguf'))
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
