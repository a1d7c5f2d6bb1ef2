import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { loadDataset } from '../../../src/data/dataset.js'
import { requireFreeBytes } from '../../../src/disk/free-space.js'
import { GraitError } from '../../../src/errors.js'
import { parquetOf } from '../files/parquet-of.js'
import { folderWith, rejection } from '../temporary-folder.js'
import { hubServer } from './hub-server.js'

vi.mock('../../../src/disk/free-space.js', () => ({ requireFreeBytes: vi.fn(async () => undefined) }))

const OLD = 'a'.repeat(40)
const NEW = 'b'.repeat(40)
const row = (question: string, answer: bigint) => ({ question, subject: 'anatomy', choices: ['ulna', 'femur', 'tibia', 'stapes'], answer })
const text = (content: string) => new TextEncoder().encode(content)
const files = (question: string) => ({
  'README.md': text('# MMLU'),
  'all/test-00000-of-00002.parquet': parquetOf('mmlu', [row(question, 1n), row('Second?', 2n)]),
  'all/test-00001-of-00002.parquet': parquetOf('mmlu', [row('Third?', 3n)]),
  'all/validation-00000-of-00001.parquet': parquetOf('mmlu', [row('Validation?', 0n)]),
  'all/auxiliary_train-00000-of-00001.parquet': text('never fetched'),
  'anatomy/test-00000-of-00001.parquet': text('never fetched'),
})
const mmlu = () => ({
  'cais/mmlu': { revisions: { main: NEW, 'v1.0': OLD }, commits: { [OLD]: files('First, before?'), [NEW]: files('First?') } },
})
const shard = mmlu()['cais/mmlu'].commits[NEW]?.['all/test-00000-of-00002.parquet'] as Uint8Array

let home: string

function use(url: string, more: Record<string, string> = {}): void {
  for (const [name, value] of Object.entries({ HF_ENDPOINT: url, HF_HOME: home, HF_HUB_OFFLINE: '', HF_TOKEN: '', ...more }))
    vi.stubEnv(name, value)
  for (const name of ['HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'HUGGING_FACE_HUB_TOKEN', 'HF_TOKEN_PATH']) vi.stubEnv(name, '')
}

beforeEach(() => {
  home = folderWith({})
  return () => vi.unstubAllEnvs()
})

describe('a data set on the hub', () => {
  it('is read at the commit that its branch is now; of its files only those of the split are fetched', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    const { questions, notes, split } = await loadDataset({ name: 'mmlu', split: 'test' })
    expect(split).toBe('test')
    expect(questions.map(({ id, question, answer }) => [id, question, answer])).toEqual([
      ['anatomy/test/0', 'First?', 1],
      ['anatomy/test/1', 'Second?', 2],
      ['anatomy/test/2', 'Third?', 3],
    ])
    expect(notes[0]).toBe(`mmlu: read from hub:cais/mmlu@${NEW}`)
    const fetched = hub.requests.filter(({ path }) => path.includes('/resolve/')).map(({ path }) => path)
    expect(new Set(fetched)).toEqual(
      new Set([0, 1].map((shard) => `/datasets/cais/mmlu/resolve/${NEW}/all/test-0000${shard}-of-00002.parquet`)),
    )
  })

  it('has the same questions as its files on disk, and keeps them where other tools look for them', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    const fromHub = await loadDataset({ name: 'mmlu', split: 'validation' })
    const snapshot = join(home, 'hub', 'datasets--cais--mmlu', 'snapshots', NEW)
    expect(readFileSync(join(home, 'hub', 'datasets--cais--mmlu', 'refs', 'main'), 'utf8')).toBe(NEW)
    const fromDisk = await loadDataset({ name: 'mmlu', split: 'validation', dir: snapshot })
    expect(fromDisk.digest).toBe(fromHub.digest)
  })

  it('is read at the revision that is asked for', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    for (const revision of ['v1.0', OLD]) {
      const { questions, notes } = await loadDataset({ name: 'mmlu', split: 'test', dir: `hub:cais/mmlu@${revision}` })
      expect(questions[0]?.question).toBe('First, before?')
      expect(notes[0]).toContain(OLD)
    }
  })

  it('may lie in another repository, without the published folder', async () => {
    const nq = [{ question: 'who', answer: ['Ann'] }]
    const hub = await hubServer({
      'me/mine': { revisions: { main: NEW }, commits: { [NEW]: { 'data/validation.parquet': parquetOf('nq', nq) } } },
    })
    use(hub.url)
    expect((await loadDataset({ name: 'nq', dir: 'hub:me/mine' })).questions).toMatchObject([{ id: 'nq_dev_0', answers: ['Ann'] }])
  })

  it('is not fetched twice', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    await loadDataset({ name: 'mmlu', split: 'test' })
    const before = hub.requests.length
    await loadDataset({ name: 'mmlu', split: 'test' })
    expect(hub.requests.slice(before).filter(({ path }) => path.includes('/resolve/'))).toEqual([])
  })
})

describe('a transfer that breaks off', () => {
  it('goes on where it stood', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    hub.cutNext(100)
    expect((await loadDataset({ name: 'mmlu', split: 'test' })).questions).toHaveLength(3)
    expect(hub.requests.map(({ range }) => range)).toContain(`bytes=100-${shard.length - 1}`)
  })

  it('goes on in the next run where it does not come through in this one', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    hub.cutNext(50, 4)
    const failure = await rejection(loadDataset({ name: 'mmlu', split: 'test' }))
    expect(failure).toMatchObject({ code: 'data_not_found', retryable: true })
    const [, came, all] = /test-00000-of-00002\.parquet: (\d+) of (\d+) bytes came/.exec(failure.message) ?? []
    expect([Number(came), Number(all)]).toEqual([expect.toSatisfy((bytes: number) => bytes > 0 && bytes <= 200), shard.length])
    hub.cutNext(0, 0)
    expect((await loadDataset({ name: 'mmlu', split: 'test' })).questions).toHaveLength(3)
    expect(hub.requests.map(({ range }) => range)).toContain(`bytes=${came}-${shard.length - 1}`)
  })

  it('begins anew where what was kept is of another file', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    hub.cutNext(50, 4)
    await rejection(loadDataset({ name: 'mmlu', split: 'test' }))
    hub.cutNext(0, 0)
    const blobs = join(home, 'hub', 'datasets--cais--mmlu', 'blobs')
    const [incomplete] = readdirSync(blobs).filter((file) => file.endsWith('.incomplete')) as [string]
    writeFileSync(join(blobs, incomplete), new Uint8Array(200))
    expect((await loadDataset({ name: 'mmlu', split: 'test' })).questions).toHaveLength(3)
  })

  it.each(['ignored', 'other'] as const)('comes whole from a server whose ranges are %s', async (ranges) => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    hub.cutNext(100)
    hub.ranges = ranges
    expect((await loadDataset({ name: 'mmlu', split: 'test' })).questions).toHaveLength(3)
  })

  it('is refused where other bytes come than the hub tells of, and is not kept', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    hub.instead = { bytes: new Uint8Array(shard.length), times: 1 }
    const failure = await rejection(loadDataset({ name: 'mmlu', split: 'test' }))
    expect(failure).toMatchObject({ code: 'data_invalid', message: expect.stringContaining('came damaged: its hash is not') })
    expect((await loadDataset({ name: 'mmlu', split: 'test' })).questions).toHaveLength(3)
  })

  it('tells how far all files are together, what came before included', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    const seen: { done: number; total: number; unit: string }[] = []
    await loadDataset({ name: 'mmlu', split: 'test' }, { onDownload: (progress) => seen.push(progress) })
    const { done, total, unit } = seen.at(-1) ?? {}
    expect([done, unit]).toEqual([total, 'bytes'])
    expect(total).toBeGreaterThan(shard.length)
    expect(seen.map((progress) => progress.done)).toEqual(seen.map((progress) => progress.done).toSorted((a, b) => a - b))
  })
})

describe('what the hub refuses', () => {
  it('401: a repository that is not there or not for us, with what to do', async () => {
    const hub = await hubServer({})
    use(hub.url)
    const failure = await rejection(loadDataset({ name: 'mmlu' }))
    expect(failure).toMatchObject({ code: 'data_not_found', message: `hub:cais/mmlu: ${hub.url} gives no access (401)` })
    expect(failure.hint).toContain('HF_TOKEN')
  })

  it('a gated data set opens with HF_TOKEN, or the token file', async () => {
    const gated = { 'cais/mmlu': { ...mmlu()['cais/mmlu'], token: 'hf_secret' } }
    const hub = await hubServer(gated)
    use(hub.url)
    expect((await rejection(loadDataset({ name: 'mmlu', split: 'val' }))).message).toContain('401')
    use(hub.url, { HF_TOKEN: 'hf_secret' })
    expect((await loadDataset({ name: 'mmlu', split: 'val' })).questions).toHaveLength(1)
    writeFileSync(join(home, 'token'), 'hf_secret\n')
    use(hub.url)
    expect((await loadDataset({ name: 'mmlu', split: 'val' })).questions).toHaveLength(1)
  })

  it('404: a revision that is not there is named', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    const failure = await rejection(loadDataset({ name: 'mmlu', dir: 'hub:cais/mmlu@v9' }))
    expect(failure).toMatchObject({ code: 'data_not_found', message: expect.stringContaining('hub:cais/mmlu@v9') })
    expect(failure.hint).toContain('revision after the @')
  })

  it('a repository without files of the data set', async () => {
    const hub = await hubServer({ 'cais/mmlu': { revisions: { main: NEW }, commits: { [NEW]: { 'README.md': text('empty') } } } })
    use(hub.url)
    expect((await rejection(loadDataset({ name: 'mmlu' }))).message).toBe(`mmlu: no files of it in hub:cais/mmlu@${NEW}`)
  })

  it('an address of no repository', async () => {
    expect((await rejection(loadDataset({ name: 'mmlu', dir: 'hub:mmlu' }))).hint).toContain('hub:ORG/NAME@REVISION')
  })
})

describe('without a network', () => {
  it('HF_HUB_OFFLINE reads what was downloaded, and asks nobody', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    const online = await loadDataset({ name: 'mmlu', split: 'test' })
    const asked = hub.requests.length
    use(hub.url, { HF_HUB_OFFLINE: '1' })
    expect((await loadDataset({ name: 'mmlu', split: 'test' })).digest).toBe(online.digest)
    expect((await rejection(loadDataset({ name: 'mmlu', split: 'val' }))).message).toMatch(/validation-.*was not downloaded/)
    expect((await rejection(loadDataset({ name: 'nq' }))).message).toMatch(/nq_open@main: HF_HUB_OFFLINE is set, and it was not downloaded/)
    expect(hub.requests).toHaveLength(asked)
  })

  it('a hub that does not answer is replaced by what was downloaded, and that is said', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    const online = await loadDataset({ name: 'mmlu', split: 'test' })
    await hub.close()
    const { digest, notes } = await loadDataset({ name: 'mmlu', split: 'test' })
    expect(digest).toBe(online.digest)
    expect(notes[0]).toContain('does not answer')
    const failure = await rejection(loadDataset({ name: 'nq' }))
    expect(failure).toMatchObject({ code: 'data_not_found', message: expect.stringContaining('does not answer (ECONNREFUSED)') })
    expect(failure.hint).toContain('--data DIR')
  })
})

describe('a machine that cannot keep what it downloads', () => {
  it('is told of its own disk and path, not of the hub, and is asked once', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    writeFileSync(join(home, 'hub'), 'a file where a folder should be')
    const error = await rejection(loadDataset({ name: 'mmlu', split: 'test' }))
    expect(error).toMatchObject({ code: 'disk_failed', retryable: false })
    expect(error.message).toContain(join(home, 'hub'))
    expect(error.message).toContain('not a directory')
  })

  it('is told before the first byte how much is needed and free', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    vi.mocked(requireFreeBytes).mockRejectedValueOnce(new GraitError('disk_full', 'no room'))
    expect(await rejection(loadDataset({ name: 'mmlu', split: 'test' }))).toMatchObject({ code: 'disk_full' })
    expect(vi.mocked(requireFreeBytes).mock.calls.at(-1)?.slice(0, 3)).toEqual([
      join(home, 'hub'),
      expect.toSatisfy((bytes: number) => bytes > shard.length),
      'hub:cais/mmlu needs',
    ])
    expect(hub.requests.filter(({ path }) => path.includes('/resolve/'))).toEqual([])
  })

  it('keeps nothing of a file that it cannot store, and does not ask for it again', async () => {
    const hub = await hubServer(mmlu())
    use(hub.url)
    const { questions } = await loadDataset({ name: 'mmlu', split: 'validation' })
    expect(questions).toHaveLength(1)
    const blobs = join(home, 'hub', 'datasets--cais--mmlu', 'blobs')
    const kept = readdirSync(blobs).length
    const { open } = await import('node:fs/promises')
    const probe = await open(join(home, 'probe'), 'w')
    const full = vi.spyOn(Object.getPrototypeOf(probe) as { writeFile: () => Promise<void> }, 'writeFile')
    await probe.close()
    full.mockImplementation(() => Promise.reject(Object.assign(new Error('ENOSPC: x'), { code: 'ENOSPC', errno: -28, syscall: 'write' })))
    const before = hub.requests.length
    const error = await rejection(loadDataset({ name: 'mmlu', split: 'test' })).finally(() => full.mockRestore())
    expect(error).toMatchObject({ code: 'disk_full' })
    expect(error.message).toContain('no space left on device')
    expect(readdirSync(blobs)).toHaveLength(kept)
    expect(hub.requests.length - before).toBeLessThan(5)
  })

  it('reads ~ in HF_HOME as the home folder', async () => {
    const hub = await hubServer(mmlu())
    vi.stubEnv('HOME', home)
    use(hub.url, { HF_HOME: '~/cache' })
    await loadDataset({ name: 'mmlu', split: 'validation' })
    expect(readdirSync(home)).toEqual(['cache'])
  })
})
