/** A rendered prompt as it is shown. */
interface Shown {
  use: string
  kind: string
  id: string
  prompt: string
  promptTokens: number
  target: string | null
  scored: readonly string[]
  stop: readonly string[]
}

/** Rendered prompts, each under a line that says what it is for, with what follows it. Equal prompts are written once. */
export function promptSamplesText(samples: readonly Shown[], templateDate: string | null): string {
  const date = templateDate === null ? [] : [`The chat template asks for today's date and always gets ${templateDate}.\n`]
  const seen = new Map<string, string>()
  const shown = samples.map((sample) => {
    const { use, kind, id, prompt, promptTokens } = sample
    const before = seen.get(prompt)
    if (before === undefined) seen.set(prompt, use)
    const body = before === undefined ? prompt : `(the prompt of: ${before})`
    return `=== ${kind}, ${use} (question ${id}, ${promptTokens} tokens)\n${body}\n${followedBy(sample)}\n`
  })
  return ['Prompts as the model reads them', ...date, ...shown].join('\n')
}

function followedBy({ target, scored, stop }: Shown): string {
  const quoted = (texts: readonly string[]) => texts.map((text) => JSON.stringify(text)).join(' ')
  const what = target !== null ? `target: ${quoted([target])}` : scored.length > 0 ? `scored: ${quoted(scored)}` : 'the model answers'
  return `--- ${what}${stop.length > 0 ? `; ends at: ${quoted(stop)}` : ''}`
}
