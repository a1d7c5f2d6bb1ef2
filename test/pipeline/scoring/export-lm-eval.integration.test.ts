import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { pythonBeside } from '../../../scripts/python-beside.mjs'
import { loadDataset } from '../../../src/data/dataset.js'
import { letterOf } from '../../../src/data/question/letters.js'
import type { Question } from '../../../src/data/question/question.js'
import { sampleQuestions } from '../../../src/data/sample.js'
import { startRuntime } from '../../../src/index.js'
import { exportLmEval } from '../../../src/pipeline/scoring/export-lm-eval.js'
import { knowledgePrompt, scoredOptions } from '../../../src/prompts/knowledge-prompt.js'
import { resolvePrompts } from '../../../src/prompts/settings.js'

const COUNT = 200
/** The tiny model reads 512 tokens, of hardly more than a character each. */
const LONGEST_PROMPT = 420

const dir = mkdtempSync(join(tmpdir(), 'grait-lm-eval-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const prompts = resolvePrompts({})
const request = { name: 'mmlu', split: 'test', dir: join(dir, 'data'), shots: 0, instruction: 'plain', prompts, maxTokens: 8 } as const

/** Published MMLU questions that are short enough, where GRAIT_DATA has them; else questions like them. */
async function shortQuestions(): Promise<Question[]> {
  const real = process.env['GRAIT_DATA']
  const all = real !== undefined && existsSync(real) ? (await loadDataset({ name: 'mmlu:test', dir: real })).questions : madeUp()
  const short = all.filter((question) => {
    const asked = knowledgePrompt(question, [], prompts)
    return 'prompt' in asked && asked.prompt.length <= LONGEST_PROMPT
  })
  return sampleQuestions(short, COUNT, 1)
}

function madeUp(): Question[] {
  const words = 'iron Paris river blue Kenya seven light never France copper'.split(' ')
  return Array.from({ length: COUNT + 20 }, (_, index) => ({
    id: `made/test/${index}`,
    kind: 'mcqa',
    question: `Which of ${words[index % 10]}, ${words[(index * 3 + 1) % 10]} and number ${index} is it?`,
    options: [0, 1, 2, 3].map((option) => `${words[(index + option * 3) % 10]} ${(index * (option + 2)) % 17}`),
    answer: index % 4,
    subject: `subject_${index % 5}`,
  }))
}

function writeMmlu(questions: readonly Question[]): void {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  mkdirSync(join(dir, 'data', 'mmlu', 'test'), { recursive: true })
  for (const subject of new Set(questions.map((question) => question.subject as string))) {
    const rows = questions
      .filter((question) => question.subject === subject)
      .map(({ question, options = [], answer = 0 }) => `${[question, ...options].map(cell).join(',')},${letterOf(answer)}\n`)
    writeFileSync(join(dir, 'data', 'mmlu', 'test', `${subject}_test.csv`), rows.join(''))
  }
}

describe('a task exported for lm-evaluation-harness', () => {
  let questions: Question[]
  let harness: Map<string, number[]>
  let score: number

  beforeAll(async () => {
    writeMmlu(await shortQuestions())
    questions = (await loadDataset(request)).questions
    await exportLmEval(join(dir, 'tasks'), request)
    const { python, env } = await pythonBeside('.venv-lm-eval', ['lm-eval'], 'lm-evaluation-harness')
    const model = `pretrained=${inject('tinyModel')},dtype=float32`
    const options = `--model hf --model_args ${model} --tasks grait_mmlu_test --device cpu --batch_size 8 --log_samples`.split(' ')
    await execa(python, ['-m', 'lm_eval', ...options, '--include_path', join(dir, 'tasks'), '--output_path', join(dir, 'out')], {
      cwd: dir,
      env: { ...env, HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', HF_HOME: join(dir, 'hf') },
      extendEnv: false,
    })
    const found = readdirSync(join(dir, 'out'), { recursive: true, encoding: 'utf8' })
    const read = (pattern: RegExp) => readFileSync(join(dir, 'out', found.find((path) => pattern.test(path)) as string), 'utf8')
    harness = new Map(
      read(/samples_grait_mmlu_test.*\.jsonl$/)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { doc: { id: string }; filtered_resps: [string | number, unknown][] })
        .map(({ doc, filtered_resps }) => [doc.id, filtered_resps.map(([logprob]) => Number(logprob))]),
    )
    score = (JSON.parse(read(/results_.*\.json$/)) as { results: Record<string, Record<string, number>> }).results['grait_mmlu_test']?.[
      'acc,none'
    ] as number
  }, 900_000)

  it(`chooses the option that grait chooses, on at least 99 % of ${COUNT} questions`, async () => {
    const runtime = await startRuntime({ python: inject('python'), device: 'cpu' })
    try {
      const model = await runtime.loadModel({ source: `path:${inject('tinyModel')}`, dtype: 'float32' })
      const items = questions.map((question) => ({
        id: question.id,
        ...(knowledgePrompt(question, [], prompts) as { prompt: string }),
        options: scoredOptions(question),
      }))
      const best = (values: readonly number[]) => values.indexOf(Math.max(...values))
      let same = 0
      let right = 0
      const different = new Set<string>()
      for await (const { id, logprobs } of model.scoreOptions(items)) {
        const theirs = harness.get(id) as number[]
        const chosen = best([...logprobs])
        different.add(Math.max(...logprobs).toFixed(4))
        if (best(theirs) === chosen) same += 1
        if (chosen === questions.find((question) => question.id === id)?.answer) right += 1
        for (const [option, logprob] of logprobs.entries()) expect(logprob).toBeCloseTo(theirs[option] as number, 2)
      }
      expect(harness.size).toBe(COUNT)
      // The scores follow the question: what agrees is no constant.
      expect(different.size).toBeGreaterThan(COUNT / 4)
      expect(same / COUNT).toBeGreaterThanOrEqual(0.99)
      expect(Math.abs(score - right / COUNT)).toBeLessThanOrEqual(0.01)
    } finally {
      await runtime.close()
    }
  }, 300_000)
})
