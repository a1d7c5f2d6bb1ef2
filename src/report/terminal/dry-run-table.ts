import { duration } from '../../duration.js'
import { promptSamplesText } from './prompt-samples-text.js'
import { textTable } from './table.js'

type Shown = Parameters<typeof promptSamplesText>

interface Planned {
  model: string
  device: string
  dtype: string
  tokensPerSecond: number
  stages: { stage: string; items: number; tokens: number; diskBytes: number; seconds: number }[]
  prompts: Shown[0]
  templateDate: Shown[1]
}

/** What a run would do, one row per stage, and one prompt of each use. */
export function dryRunTable(
  { model, device, dtype, tokensPerSecond, stages, prompts, templateDate }: Planned,
  width = process.stdout.columns,
): string {
  const total = stages.reduce(
    (sum, stage) => ({
      tokens: sum.tokens + stage.tokens,
      diskBytes: sum.diskBytes + stage.diskBytes,
      seconds: sum.seconds + stage.seconds,
    }),
    { tokens: 0, diskBytes: 0, seconds: 0 },
  )
  const cells = ({ tokens, diskBytes, seconds }: typeof total) => [
    String(tokens),
    `${(diskBytes / 2 ** 20).toFixed(1)} MiB`,
    duration(seconds),
  ]
  const rows = [...stages.map((stage) => [stage.stage, String(stage.items), ...cells(stage)]), ['all', '', ...cells(total)]]
  const columns = ['stage', 'questions', 'tokens', 'disk', 'time'].map((header, index) =>
    index === 0 ? { header } : { header, align: 'right' as const },
  )
  return `${model} on ${device}, ${dtype}: ${tokensPerSecond} tokens/s forward, measured now; times are estimates\n${textTable(columns, rows, width)}\n${promptSamplesText(prompts, templateDate)}`
}
