/** Which questions are about the same thing? Nearest neighbours by sentence embedding. Run it with: npx tsx examples/nearest-questions.ts */
import { loadDataset, sampleQuestions, startRuntime } from 'grait'

const mine = ['Which city is the seat of government of Kenya?', 'How is gold written in chemistry?', 'What do people speak in Brazil?']
const atlas = sampleQuestions((await loadDataset({ name: 'atlas' })).questions, 400, 1).map(({ question }) => question)

const runtime = await startRuntime()
try {
  const vectors: Float32Array[] = []
  for await (const { embedding } of runtime.embed([...mine, ...atlas])) vectors.push(embedding)
  const others = vectors.slice(mine.length)
  for (const [index, text] of mine.entries()) {
    const own = vectors[index] as Float32Array
    // Rows have length 1, so the dot product is the cosine.
    const near = others
      .map((vector, row) => ({ row, cosine: vector.reduce((sum, value, i) => sum + value * (own[i] as number), 0) }))
      .sort((a, b) => b.cosine - a.cosine)
    console.log(text)
    for (const { row, cosine } of near.slice(0, 3)) console.log(`  ${cosine.toFixed(2)}  ${atlas[row]}`)
  }
} finally {
  await runtime.close()
}
