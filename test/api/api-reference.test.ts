import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeApiReference } from './api-reference.js'
import { publicSurface } from './public-surface.js'

const kept = fileURLToPath(new URL('../../docs/reference/api', import.meta.url))
const fresh = mkdtempSync(join(tmpdir(), 'grait-reference-'))

const pages = (folder: string) => Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))

describe('docs/reference/api', () => {
  beforeAll(() => writeApiReference(fresh), 300_000)
  afterAll(() => rmSync(fresh, { recursive: true }))

  it('is what types and comments say (npm run docs writes it anew)', () => {
    expect(pages(kept)).toEqual(pages(fresh))
  })

  it('has every exported name once', { timeout: 300_000 }, () => {
    const headings = Object.values(pages(kept)).flatMap((text) =>
      [...text.matchAll(/^### ([\w\\]+)/gm)].map((match) => (match[1] as string).replaceAll('\\', '')),
    )
    expect(headings.sort()).toEqual(
      publicSurface()
        .map(({ name }) => name)
        .sort(),
    )
  })
})
