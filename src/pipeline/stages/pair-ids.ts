/** An id for each training pair: its question's id, and for further pairs of one question q#2, q#3, ..., which no other question has. */
export function pairIds(questions: readonly string[]): string[] {
  const taken = new Set(questions)
  const seen = new Set<string>()
  return questions.map((id) => {
    let name = id
    for (let number = 2; seen.has(name) || (name !== id && taken.has(name)); number++) name = `${id}#${number}`
    seen.add(name)
    return name
  })
}
