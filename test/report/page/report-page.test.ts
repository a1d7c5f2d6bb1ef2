import { describe, expect, it } from 'vitest'
import { reportPage } from '../../../src/report/page/report-page.js'
import { sampleReport } from '../sample-report.js'

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror="alert(2)">'"&\u202e\u0007 \${0} {{0}}`

const withoutScript = (page: string) => page.replace(/<(script|style)>.*?<\/\1>/gs, '')

/** Text of the page between tags, without script and style. */
const textOf = (page: string) =>
  withoutScript(page)
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')

describe('the page of a run', () => {
  it('says what happened with the figures of this run', async () => {
    const data = await sampleReport({ questions: 120, methods: ['grait'], seeds: [1] })
    const text = textOf(await reportPage(data))
    const [before, , after] = data.results.rows
    expect(text).toContain(`was asked 120 questions that it was not trained on. It answered ${before?.correct} right`)
    expect(text).toContain(`Now it answers ${after?.correct} right`)
    expect(text).toContain(`refuses ${after?.refused} times`)
    const chosen = data.tunings[0]?.candidates.filter(({ selected }) => selected) ?? []
    expect(text).toContain(
      `tuned on ${chosen.length} other questions, ${chosen.filter(({ group }) => group === 'ik').length} to answer and ${chosen.filter(({ group }) => group === 'idk').length} to refuse`,
    )
  })

  it('counts each movement once: the bands of the flow add up to all questions', async () => {
    const data = await sampleReport({ questions: 90, methods: ['grait'], seeds: [1] })
    const page = await reportPage(data)
    const flow = /<section><h2 id="moved">.*?<\/section>/s.exec(page)?.[0] ?? ''
    const cells = [...flow.matchAll(/<td class="figure">([\d,]+)<\/td>/g)].map(([, count]) => Number(count))
    const [right, refused, wrong, all] = [cells.slice(0, 4), cells.slice(4, 8), cells.slice(8, 12), cells.slice(12, 16)]
    expect(all?.[3]).toBe(90)
    for (const column of [0, 1, 2]) expect(right![column]! + refused![column]! + wrong![column]!).toBe(all![column])
    expect(right![3]).toBe(data.results.rows[0]?.correct)
    expect(all![1]).toBe(data.results.rows[2]?.refused)
  })

  it('does not claim an effect that the interval leaves open', async () => {
    const data = await sampleReport({ questions: 60, methods: ['grait'], seeds: [1] })
    const row = data.results.rows.find(({ method }) => method === 'grait')!
    const said = async (interval: [number, number]) => {
      row.interval.ths = interval
      return textOf(await reportPage(data))
    }
    expect(await said([-1, 8])).toContain('can’t be told apart from the initial model')
    expect(await said([2, 8])).toContain('better than the initial model')
    expect(await said([-8, -2])).toContain('worse than the initial model')
  })

  it('says whether tuning is better than a threshold on the initial model, as far as the interval allows', async () => {
    const data = await sampleReport({ questions: 60, methods: ['grait'], seeds: [1] })
    const compared = data.results.thresholdComparisons!.find(({ method }) => method === 'grait')!
    const said = async (interval: [number, number]) => {
      Object.assign(compared, { difference: 4, coverage: 58.5, interval })
      return textOf(await reportPage(data))
    }
    expect(await said([1, 8])).toContain('grait lies above what a threshold on the initial model gives: +4.0 points of THS [1.0, 8.0]')
    expect(await said([-8, -1])).toContain('grait lies below what a threshold on the initial model gives')
    expect(await said([-1, 8])).toContain('grait can’t be told apart from a threshold on the initial model')
    expect(await said([1, 8])).toContain('where both answer 58.5 % of the questions')
    data.results = { ...data.results, rows: data.results.rows.map(({ confidence, ...row }) => row), thresholdComparisons: undefined }
    expect(textOf(await reportPage(data))).not.toContain('threshold on the initial model')
  })

  it('escapes what models, data and configurations hold, wherever it stands', async () => {
    const page = await reportPage(await sampleReport({ questions: 30, methods: ['grait', `x${HOSTILE}`], seeds: [1], text: HOSTILE }))
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page.includes('<img')).toBe(false)
    expect(page.includes('alert(1)</script>')).toBe(false)
    expect(page.includes('\u0007')).toBe(false)
    // Each attribute is closed by its own quote: what is left of a tag without its attributes holds no quote.
    for (const [tag] of withoutScript(page).matchAll(/<[a-z][^>]*>/gi)) {
      expect(tag.replace(/ [\w:-]+="[^"<>]*"/g, '')).not.toMatch(/["'=]/)
    }
  })

  it('names no address and loads nothing', async () => {
    const page = await reportPage(await sampleReport({ questions: 30, methods: ['grait'], seeds: [1] }))
    expect(page.match(/https?:|\ssrc=|<link|@import|url\(/)).toBeNull()
    expect(page).toContain('Content-Security-Policy')
  })

  it('shows each chart with words for it and its figures as a table', async () => {
    const page = await reportPage(await sampleReport({ questions: 60, methods: ['grait'], seeds: [1] }))
    const figures = [...page.matchAll(/<figure>.*?<\/figure>/gs)].map(([figure]) => figure)
    expect(figures.length).toBeGreaterThanOrEqual(8)
    for (const figure of figures) {
      expect(figure.match(/<svg [^>]*role="img" aria-label="[^"]{20,}"/g)).toHaveLength(2)
      expect(figure).toMatch(/<details><summary>.*<table/s)
      expect(figure).not.toMatch(/NaN|undefined|Infinity/)
    }
  })

  it('can do without influence, subjects, refusals and a tuned model', async () => {
    const data = await sampleReport({ questions: 30, methods: ['van-tuning'], seeds: [1] })
    const plain = data.tunings.map((tuning) => ({
      ...tuning,
      candidates: tuning.candidates.map((candidate) => ({
        ...candidate,
        refusalInfluence: null,
        overRefusalInfluence: null,
        weight: candidate.selected ? 1 : null,
      })),
    }))
    const page = await reportPage({ ...data, tunings: plain })
    expect(textOf(page)).toContain('van-tuning does not use gradients')
    expect(withoutScript(page).match(/NaN|undefined|Infinity/)).toBeNull()
    const untuned = await reportPage({ ...data, tunings: [] })
    expect(textOf(untuned)).toContain('There is no tuned model')
  })

  it('stays below 3 MB with 14,000 questions, and says which of them are listed', { timeout: 60_000 }, async () => {
    const page = await reportPage(await sampleReport({ questions: 14_042, methods: ['grait'], seeds: [1] }))
    expect(Buffer.byteLength(page)).toBeLessThan(3_000_000)
    expect(textOf(page)).toContain('1,200 of 14,042 questions are listed, evenly spread')
  })
})

describe('the page of a comparison', () => {
  const shape = { questions: 80, methods: ['grait', 'craft', 'cor-rait'], seeds: [1, 2], datasets: ['near-test', 'far-test'] }

  it('gives a mean and a standard deviation over seeds for every method, on every test set', async () => {
    const data = await sampleReport(shape)
    const page = await reportPage(data)
    for (const { method, dataset, mean, sd } of data.results.summary.filter(({ seeds }) => seeds.length > 1)) {
      const table = page.slice(page.indexOf(`aria-label="Results on ${dataset}"`))
      const row = textOf(table.slice(table.indexOf(`<tr><th scope="row" class="text">${method}`)).split('</tr>')[0] as string)
      expect(row).toContain('2 seeds')
      expect(row).toContain(mean.pc.toFixed(1))
      expect(row).toContain(`± ${sd.pc?.toFixed(1)}`)
    }
  })

  it('has a dot a seed and a row a method and seed', async () => {
    const page = await reportPage(await sampleReport(shape))
    const dots = /<figcaption>THS of every seed.*?<svg class="chart wide".*?<\/svg>/s.exec(page)?.[0] ?? ''
    expect(dots.match(/<path [^>]*d="M4[.\d]*,0A/g)).toHaveLength(7)
    expect(page.match(/>Every seed with its intervals</g)).toHaveLength(2)
  })

  it('leads with the method of the highest mean THS', async () => {
    const data = await sampleReport(shape)
    const [best] = data.results.summary
      .filter(({ dataset, method }) => dataset === 'near-test' && !method.startsWith('init'))
      .sort((a, b) => (b.mean.ths ?? 0) - (a.mean.ths ?? 0))
    const text = textOf(await reportPage(data))
    expect(text).toContain('tuned with 3 methods and 2 seeds each')
    expect(text).toMatch(new RegExp(`${best?.method} \\([+−]\\d[^)]*\\) has the highest THS`))
  })
})
