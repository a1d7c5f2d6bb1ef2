/** What is still to be done when this process exits: synchronous, quick, must not throw. */
const pending = new Set<() => void>()

process.on('exit', () => {
  for (const task of pending) task()
})

/** Run `task` when this process exits; the returned function takes it back. */
export function onProcessExit(task: () => void): () => void {
  pending.add(task)
  return () => void pending.delete(task)
}
