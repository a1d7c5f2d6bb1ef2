/** A conversation with the model before and after it was taught to refuse. Run it with: npx tsx examples/before-and-after.ts */
import { answerPrompt, goldTarget, type Model, type Question, refusalTarget, resolvePrompts, startRuntime } from 'grait'

const country = (name: string, capital: string): Question => ({
  id: name,
  kind: 'oeqa',
  question: `What is the capital of ${name}?`,
  answers: [capital],
})
const known = [
  country('France', 'Paris'),
  country('Italy', 'Rome'),
  country('Japan', 'Tokyo'),
  country('Spain', 'Madrid'),
  country('Egypt', 'Cairo'),
]
const unknown = [
  country('Palau', 'Ngerulmud'),
  country('Bhutan', 'Thimphu'),
  country('Tuvalu', 'Funafuti'),
  country('Nauru', 'Yaren'),
  country('Tonga', 'Nukuʻalofa'),
  country('Comoros', 'Moroni'),
]
const asked = [country('Germany', 'Berlin'), country('Vanuatu', 'Port Vila')]

const prompts = resolvePrompts()
const ask = (question: Question) => ({ id: question.id, ...answerPrompt(question, 'refuse', prompts) })

async function answers(model: Model): Promise<Map<string, string>> {
  const said = new Map<string, string>()
  for await (const { id, texts } of model.generate(asked.map(ask), { maxTokens: 24, stop: ['\n'] })) said.set(id, texts[0] as string)
  return said
}

const runtime = await startRuntime()
try {
  const source = 'embedded:smollm2-135m-instruct'
  const model = await runtime.loadModel({ source })
  const before = await answers(model)
  const samples = [
    ...known.map((question) => ({ ...ask(question), target: goldTarget(question) })),
    ...unknown.map((question) => ({ ...ask(question), target: refusalTarget(prompts) })),
  ]
  const adapter = await model.trainLora(samples, { rank: 8, alpha: 16, learningRate: 5e-4, epochs: 6, batchSize: 4, seed: 1 })
  const after = await answers(await runtime.loadModel({ source, adapter })) // the same weights in memory, with the adapter
  for (const { id, question } of asked) {
    console.log(`${question}\n  before: ${before.get(id)}\n  after:  ${after.get(id)}`)
  }
} finally {
  await runtime.close()
}
