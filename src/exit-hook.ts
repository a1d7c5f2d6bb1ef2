/** Tasks to run when this process exits; they must be synchronous and quick. */
const pending = new Set<() => void>()

process.on('exit', () => {
  for (const task of pending) {
    try {
      task()
    } catch {
      // The process is ending: nobody can be told, and the other tasks still have to run.
    }
  }
})

/** Runs `task` when this process exits; the returned function cancels it. */
export function onProcessExit(task: () => void): () => void {
  pending.add(task)
  return () => void pending.delete(task)
}
