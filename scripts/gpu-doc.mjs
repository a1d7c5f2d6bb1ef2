// The figures of the newest proof on a GPU, between the marks of docs/gpu.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const MARKED = /<!-- proof -->\n[\s\S]*?<!-- \/proof -->/

/** Puts the figures of `proof` (a file's URL) into the page; without that file the page stays as it is. */
export function writeGpuDoc(page, proof) {
  if (!existsSync(proof)) return
  const found = JSON.parse(readFileSync(proof, 'utf8'))
  const text = readFileSync(page, 'utf8')
  writeFileSync(
    page,
    text.replace(MARKED, () => `<!-- proof -->\n${proofText(found)}\n<!-- /proof -->`),
  )
}

/** What a proof found, as Markdown: where, each section's verdict, and the figures of the section `speed`. */
export function proofText({ at, device, versions, model, dtype, sections }) {
  const rows = Object.entries(sections).map(([name, found]) => `| ${name} | ${verdict(found)} | ${found.seconds ?? '-'} s |`)
  const timed = Object.entries(sections.speed ?? {}).filter(([, found]) => found?.warm_seconds !== undefined)
  const speeds = timed.map(
    ([name, found]) =>
      `| ${name} | ${found.cold_seconds} s | ${found.warm_seconds} s | ${Math.round(found.tokens_per_second)} | ${percent(found.share_of_measured_peak)} | ${percent(found.share_of_memory)} |`,
  )
  return [
    `${at.slice(0, 10)}: ${device.name}, ${model} in ${dtype}, PyTorch ${versions.torch}.`,
    '',
    '| section | found | took |',
    '|---|---|---|',
    ...rows,
    ...(speeds.length > 0
      ? ['', '| operation | cold | warm | tokens/s | of the measured peak | of the memory |', '|---|---|---|---|---|---|', ...speeds]
      : []),
  ].join('\n')
}

function verdict({ skipped, right, error }) {
  if (skipped !== undefined) return `not tried: ${skipped}`
  if (error !== undefined) return `wrong: ${error}`
  return right === false ? 'wrong' : 'right'
}

function percent(share) {
  return share == null ? '-' : `${(100 * share).toFixed(1)} %`
}
