import { Worker } from 'node:worker_threads'

/** Starts the module at `url` in its own thread. Run from source, a thread does not inherit what reads TypeScript in the main one. */
export function startWorker(url: URL, given?: unknown): Worker {
  if (!url.pathname.endsWith('.ts')) return new Worker(url, { workerData: given })
  const tsx = import.meta.resolve('tsx/esm/api')
  const script = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(url.href)}) })`
  return new Worker(script, { eval: true, workerData: given })
}
