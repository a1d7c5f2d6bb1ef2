/** What was tried with a model when it was loaded. */
interface Check {
  name: string
  verdict: 'right' | 'slower' | 'limited'
  message: string
}

/** What can be trusted of a model, one line for each thing that was tried. */
export function modelChecksText(checks: readonly Check[]): string {
  const widest = Math.max(0, ...checks.map(({ name }) => name.length))
  const lines = checks.map(({ name, verdict, message }) => `${name.padEnd(widest)}  ${verdict.padEnd(7)}  ${message}\n`)
  return `What was tried with the model\n${lines.join('')}`
}
