import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe, { type AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reportPage } from '../../src/report/page/report-page.js'
import { sampleReport } from '../report/sample-report.js'
import { launchChromium } from './chromium.js'

const dir = mkdtempSync(join(tmpdir(), 'grait-browser-'))
let browser: Browser
const urls: Record<'run' | 'comparison' | 'hostile', string> = { run: '', comparison: '', hostile: '' }

beforeAll(async () => {
  browser = await launchChromium()
  const shapes = {
    run: { questions: 150, methods: ['grait'], seeds: [1] },
    comparison: { questions: 60, methods: ['grait', 'craft', 'cor-rait'], seeds: [1, 2] },
    hostile: {
      questions: 20,
      methods: ['grait'],
      seeds: [1],
      text: '</script><script>window.hit = 1</script><img src="https://example.org/x" onerror="window.hit = 2">',
    },
  }
  for (const [name, shape] of Object.entries(shapes)) {
    const path = join(dir, `${name}.html`)
    writeFileSync(path, await reportPage(await sampleReport(shape)))
    urls[name as keyof typeof urls] = pathToFileURL(path).href
  }
})
afterAll(async () => {
  await browser?.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Opens a page and keeps what it complains about and asks for. */
async function open(url: string, options: { colorScheme?: 'light' | 'dark'; width?: number; javaScriptEnabled?: boolean } = {}) {
  const { colorScheme = 'light', width = 1100, javaScriptEnabled = true } = options
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, javaScriptEnabled })
  const page = await context.newPage()
  const [errors, requests]: [string[], string[]] = [[], []]
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())))
  page.on('pageerror', (error) => void errors.push(error.message))
  page.on('request', (request) => void (request.url() !== url && requests.push(request.url())))
  await page.goto(url)
  return { page, errors, requests, close: () => context.close() }
}

async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)
}

describe('the report in a browser', () => {
  it.each(['run', 'comparison', 'hostile'] as const)('opens without an error and asks for nothing: %s', async (name) => {
    const { page, errors, requests, close } = await open(urls[name])
    expect(await page.evaluate('window.hit')).toBeUndefined()
    expect({ errors, requests }).toEqual({ errors: [], requests: [] })
    await close()
  })

  it.each([
    ['run', 'light', 1100],
    ['run', 'dark', 1100],
    ['run', 'light', 390],
    ['comparison', 'light', 1100],
    ['comparison', 'dark', 390],
  ] as const)('can be used by everybody (axe): %s, %s, %i pixels', async (name, colorScheme, width) => {
    const { page, close } = await open(urls[name], { colorScheme, width })
    await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true')
    expect(await seriousViolations(page)).toEqual([])
    await close()
  })

  it('finds questions as one types, and says how many', async () => {
    const { page, close } = await open(urls.run)
    const list = page.locator('[data-list]').first()
    const rows = list.locator('tbody tr:visible')
    expect(await rows.count()).toBe(150)
    await list.getByLabel('Search').fill('sample-test 149,')
    expect(await rows.allTextContents()).toEqual([expect.stringContaining('sample-test 149,')])
    expect(await list.getByRole('status').textContent()).toBe('1 of 150 shown')
    await list.getByLabel('Search').fill('')
    await list.getByLabel('Show').selectOption('wrong → refused')
    const outcomes = await rows.evaluateAll((found) => found.map((row) => row.getAttribute('data-kind')))
    expect(new Set(outcomes)).toEqual(new Set(['wrong → refused']))
    await close()
  })

  it('sorts by a column, from the keyboard too', async () => {
    const { page, close } = await open(urls.run)
    const list = page.locator('[data-list]').nth(1)
    const figures = async () => {
      const texts = await list.locator('tbody tr td:nth-child(3)').allTextContents()
      return texts.map(Number)
    }
    const header = list.getByRole('button', { name: 'correctness' })
    await header.focus()
    await page.keyboard.press('Enter')
    const ascending = await figures()
    expect(ascending).toEqual([...ascending].sort((a, b) => a - b))
    await page.keyboard.press('Enter')
    expect(await figures()).toEqual([...ascending].sort((a, b) => b - a))
    expect(await list.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending')
    await close()
  })

  it('is read without script: everything is there but search and sort', async () => {
    const { page, close } = await open(urls.run, { javaScriptEnabled: false })
    expect(await page.locator('[data-list] tbody tr').count()).toBe(300)
    expect(await page.locator('.tools:visible').count()).toBe(0)
    await close()
  })

  it('fits a phone: nothing makes the page wider than the screen, and the charts are drawn for it', async () => {
    for (const name of ['run', 'comparison'] as const) {
      const { page, close } = await open(urls[name], { width: 390 })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      expect(await page.locator('svg.wide:visible').count()).toBe(0)
      const sizes = await page.locator('svg.narrow').evaluateAll((charts) => charts.map((chart) => chart.getBoundingClientRect().width))
      for (const size of sizes) expect(size).toBeLessThanOrEqual(360)
      await close()
    }
  })

  it('draws in the colours of the theme', async () => {
    const fills: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, close } = await open(urls.run, { colorScheme })
      fills.push(await page.evaluate('getComputedStyle(document.querySelector("svg.wide [fill=\'var(--wrong)\']")).fill'))
      await close()
    }
    expect(fills[0]).toMatch(/^rgb/)
    expect(fills[0]).not.toBe(fills[1])
  })

  it('prints the charts and the beginning of each list', async () => {
    const { page, close } = await open(urls.run)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('[data-list] tbody tr:visible').count()).toBe(80)
    expect(await page.locator('.tools:visible').count()).toBe(0)
    expect((await page.pdf()).length).toBeGreaterThan(10_000)
    await close()
  })
})
