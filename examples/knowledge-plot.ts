/** What does the model know of my questions? Drawn in the terminal. Run it with: npx tsx examples/knowledge-plot.ts */
import { answerPrompt, judge, type Question, resolvePrompts, startRuntime } from 'grait'

const questions: Question[] = [
  { id: 'France', kind: 'oeqa', question: 'What is the capital of France?', answers: ['Paris'] },
  { id: 'Japan', kind: 'oeqa', question: 'What is the capital of Japan?', answers: ['Tokyo'] },
  { id: 'Kenya', kind: 'oeqa', question: 'What is the capital of Kenya?', answers: ['Nairobi'] },
  { id: 'Bhutan', kind: 'oeqa', question: 'What is the capital of Bhutan?', answers: ['Thimphu'] },
  { id: 'Palau', kind: 'oeqa', question: 'What is the capital of Palau?', answers: ['Ngerulmud'] },
]
const prompts = resolvePrompts()
const samples = 10

const runtime = await startRuntime()
try {
  const model = await runtime.loadModel({ source: 'embedded:smollm2-135m-instruct' })
  const asked = questions.map((question) => ({ id: question.id, ...answerPrompt(question, 'plain', prompts) }))
  const answers = model.generate(asked, { samples, temperature: 1, maxTokens: 16, stop: ['\n'], seed: 1 })
  for await (const { id, texts } of answers) {
    const question = questions.find((each) => each.id === id) as Question
    const right = texts.filter((text) => judge(question, text, { ...prompts, matching: 'words' }).outcome === 'correct').length
    const bar = '█'.repeat(2 * right).padEnd(2 * samples, '·')
    console.log(`${id.padEnd(8)} ${bar} ${(right / samples).toFixed(1)}  ${texts[0]}`)
  }
} finally {
  await runtime.close()
}
