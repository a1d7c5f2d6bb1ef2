/** Tasks to run when this process exits; they must be synchronous and quick and must not throw. */
const pending = new Set<() => void>()

process.on('exit', () => {
  for (const task of pending) task()
})

/** Runs `task` when this process exits; the returned function cancels it. */
export function onProcessExit(task: () => void): () => void {
  pending.add(task)
  return () => void pending.delete(task)
}
