import type { JudgedSet } from '../../src/evaluation/judged-set.js'
import type { JudgedAnswer, Outcome } from '../../src/evaluation/measures/outcome.js'
import { Rng } from '../../src/evaluation/resampling/rng.js'
import { buildResults } from '../../src/evaluation/results.js'
import type { GivenAnswers, KnownQuestion, ReportData, TrainingCandidate, TuningData } from '../../src/report/report-data.js'

export interface SampleShape {
  /** Of the test, and of D_src. */
  questions: number
  methods: readonly string[]
  seeds: readonly number[]
  /** Stands in every place that comes from a model or a data set. */
  text?: string
  datasets?: readonly string[]
}

const SUBJECTS = ['capitals', 'rivers', 'metals', 'poets']
const THRESHOLD = 0.5

/** A report of the given size: answers drawn by a seeded generator, measured by the evaluation itself. */
export async function sampleReport({ questions, methods, seeds, text = '', datasets = ['sample-test'] }: SampleShape): Promise<ReportData> {
  const rng = Rng.seeded(questions)
  const asked = (part: string) =>
    Array.from({ length: questions }, (_, index) => ({
      id: `${part}/${index}`,
      question: `Which river runs through the town of ${part} ${index}, and what is it called there? ${text}`,
      answer: `The river ${index} ${text}`,
      subject: `${SUBJECTS[index % SUBJECTS.length]}${text}`,
    }))
  const tests = datasets.map((dataset) => ({ dataset, questions: asked(dataset) }))
  const answer = (refusals: number): Outcome => {
    const draw = rng.uniform()
    return draw < refusals ? 'refused' : draw < refusals + 0.35 ? 'correct' : draw < 0.99 ? 'wrong' : 'unparseable'
  }
  const outputs: Record<Outcome, string> = {
    correct: `It is the river you think of. ${text}`,
    wrong: `It is another river altogether. ${text}`,
    refused: "I don't know.",
    unparseable: '',
  }
  const respondents = [
    { method: 'init-basic', seed: seeds[0] as number, refusals: 0 },
    { method: 'init-refuse', seed: seeds[0] as number, refusals: 0.03 },
    ...seeds.flatMap((seed) => methods.map((method, index) => ({ method, seed, refusals: 0.3 + 0.05 * index }))),
  ]
  const sets: JudgedSet[] = []
  const given = new Map<string, GivenAnswers[]>(datasets.map((dataset) => [dataset, []]))
  for (const test of tests) {
    for (const { method, seed, refusals } of respondents) {
      const answers = test.questions.map(({ id, subject }): JudgedAnswer => {
        const outcome = answer(refusals)
        return { id, subject, outcome, ...confidence(outcome, rng) }
      })
      sets.push({ method, seed, dataset: test.dataset, answers })
      const byId = new Map(answers.map(({ id, outcome }) => [id, { outcome, output: outputs[outcome] }]))
      given.get(test.dataset)?.push({ method, seed, byId })
    }
  }
  const knowledge = asked('training').map(
    (question): KnownQuestion => ({ ...question, correctness: Math.floor(rng.uniform() * 11) / 10, certainty: rng.uniform() }),
  )
  return {
    name: `sample${text}`,
    model: `path:models/sample${text}`,
    command: 'npx grait run runs/sample/config.yaml --out runs/sample-again',
    configuration: `seed: 1\nmodel:\n  source: path:models/sample${text}\n`,
    results: await buildResults(sets, { resamples: 200 }),
    tests: tests.map((test) => ({ ...test, answers: given.get(test.dataset) ?? [] })),
    threshold: THRESHOLD,
    knowledge,
    tunings: seeds.flatMap((seed) => methods.map((method) => sampleTuning(method, seed, knowledge, rng))),
    making: {
      startedAt: '2026-03-04T05:06:07.000Z',
      stages: [
        { name: 'knowledge', reused: true, seconds: 0.01 },
        { name: 'tuning', reused: false, seconds: 72.4 },
      ],
      facts: [['device', `cpu${text}`]],
    },
  }
}

/** Right answers are surer than wrong ones, on the whole. */
function confidence(outcome: Outcome, rng: Rng): Pick<JudgedAnswer, 'confidence' | 'probability' | 'refusalScore'> {
  const probability = rng.uniform() ** (outcome === 'correct' ? 0.5 : 2)
  return { confidence: Math.log(probability / (1 - probability)), probability, refusalScore: -5 * probability }
}

function sampleTuning(method: string, seed: number, knowledge: readonly KnownQuestion[], rng: Rng): TuningData {
  return {
    method,
    seed,
    losses: Array.from({ length: 400 }, (_, step) => 1 / (1 + step / 40) + rng.uniform() / 5),
    candidates: knowledge.map(({ id, correctness }): TrainingCandidate => {
      const unknown = correctness < THRESHOLD
      const selected = rng.uniform() < 0.3
      return {
        id,
        group: unknown ? 'idk' : 'ik',
        correctness,
        refusalInfluence: unknown ? rng.uniform() : null,
        overRefusalInfluence: unknown ? rng.uniform() : null,
        selected,
        answerWeight: selected && !unknown ? 1 : null,
        refusalWeight: selected && unknown ? rng.uniform() : null,
      }
    }),
  }
}
