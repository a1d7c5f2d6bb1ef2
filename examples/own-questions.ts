/** What does the model know of my questions, and which refusals would teach most? Run it with: npx tsx examples/own-questions.ts */
import {
  answerPrompt,
  type FeatureRow,
  goldTarget,
  influences,
  judge,
  oeqaKnowledge,
  type Question,
  refusalTarget,
  resolvePrompts,
  startRuntime,
} from 'grait'

const questions: Question[] = [
  { id: 'paris', kind: 'oeqa', question: 'What is the capital of France?', answers: ['Paris'] },
  { id: 'rome', kind: 'oeqa', question: 'What is the capital of Italy?', answers: ['Rome', 'Roma'] },
  { id: 'tuvalu', kind: 'oeqa', question: 'What is the calling code of Tuvalu?', answers: ['688', '+688'] },
  { id: 'hafnium', kind: 'oeqa', question: 'What is the atomic mass of hafnium, to one decimal place?', answers: ['178.5'] },
]
const prompts = resolvePrompts()
const asked = questions.map((question) => ({ id: question.id, ...answerPrompt(question, 'plain', prompts) }))

const runtime = await startRuntime()
try {
  const model = await runtime.loadModel({ source: 'embedded:smollm2-135m-instruct' })

  const known = new Set<string>()
  for await (const { id, texts } of model.generate(asked, { samples: 8, temperature: 1, maxTokens: 16, stop: ['\n'], seed: 1 })) {
    const question = questions.find((item) => item.id === id) as Question
    const right = texts.map((text) => judge(question, text, { ...prompts, matching: 'words' }).outcome === 'correct')
    const embeddings = new Map<string, Float32Array>()
    const distinct = [...new Set(texts)]
    for await (const { index, embedding } of runtime.embed(distinct)) embeddings.set(distinct[index] as string, embedding)
    const knowledge = oeqaKnowledge(
      id,
      texts,
      right,
      texts.map((text) => embeddings.get(text) as Float32Array),
    )
    if (knowledge.correctness >= 0.5) known.add(id)
    console.log(`${id}: correctness ${knowledge.correctness.toFixed(2)}, certainty ${knowledge.certainty.toFixed(2)}, e.g. ${texts[0]}`)
  }

  // Gradients are taken at a rehearsed model: briefly trained on what it knows.
  const gold = questions
    .filter(({ id }) => known.has(id))
    .map((question) => ({ id: question.id, ...answerPrompt(question, 'plain', prompts), target: goldTarget(question) }))
  const adapter = await model.trainLora(gold, { rank: 8, alpha: 16, learningRate: 2e-4, epochs: 1, seed: 1, keepOptimizer: true })
  const refusals = questions.map((question) => ({
    id: question.id,
    ...answerPrompt(question, 'refuse', prompts),
    target: refusalTarget(prompts),
  }))
  const rows: FeatureRow[] = []
  for await (const row of model.gradientFeatures(refusals, { adapter, form: 'adam' })) rows.push(row)
  for (const found of await influences({ refusals: () => rows, isKnown: (id) => known.has(id) }))
    console.log(
      `${found.id}: refusal influence ${found.refusalInfluence.toFixed(3)}, over-refusal ${found.overRefusalInfluence.toFixed(3)}`,
    )
} finally {
  await runtime.close()
}
