import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../../src/data/dataset.js'
import { folderWith, rejection } from '../temporary-folder.js'
import { parquetOf } from './parquet-of.js'

const POINTER =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n'
const header = 'question,answers\nQ?,x\n'

describe('a file that is not the text it should be is named, with what to do', () => {
  const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(`${hex}${'00'.repeat(40)}`, 'hex'))
  const CASES: [string, string | Uint8Array, RegExp, RegExp][] = [
    ['a Git LFS pointer', POINTER, /a Git LFS pointer/, /git lfs pull/],
    ['a git-annex pointer', '/annex/objects/SHA256E-s12--abc.jsonl\n', /a git-annex pointer/, /git annex get/],
    ['gzip', gzipSync(header), /compressed with gzip/, /gunzip/],
    ['bzip2', bytesOf('425a6839'), /compressed with bzip2/, /bunzip2/],
    ['xz', bytesOf('fd377a585a00'), /compressed with xz/, /unxz/],
    ['zstd', bytesOf('28b52ffd'), /compressed with zstd/, /unzstd/],
    ['an Excel workbook', bytesOf('504b0304'), /a spreadsheet or a zip archive/, /CSV UTF-8/],
    ['an old Excel workbook', bytesOf('d0cf11e0'), /an old Excel or Word file/, /CSV UTF-8/],
    ['parquet', parquetOf('nq', [{ question: 'q', answer: ['a'] }]), /a parquet file/, /to_json/],
    ['SQLite', 'SQLite format 3\0', /an SQLite database/, /sqlite3 -csv/],
    ['a web page', '\n<!DOCTYPE html><html>', /a web page/, /download it again/],
    ['UTF-16', Buffer.from(`\ufeff${header}`, 'utf16le'), /UTF-16/, /iconv -f UTF-16/],
    ['UTF-16 without a mark', Buffer.from(header, 'utf16le'), /UTF-16/, /iconv -f UTF-16/],
    ['zeros', new Uint8Array(100), /zero bytes/, /damaged/],
    ['Latin-1', Buffer.from('question,answers\nO\u00f9 ?,x\n', 'latin1'), /:2: not UTF-8/, /in WINDOWS-1252 it reads "Où \?,x"/],
  ]

  it.each(CASES)('%s', async (name, content, what, hint) => {
    const dir = folderWith({ 'q.csv': content, 'q.jsonl': content })
    for (const file of name === 'Latin-1' ? ['csv:q.csv'] : ['csv:q.csv', 'jsonl:q.jsonl']) {
      const failure = await rejection(loadDataset({ name: file.replace(':', `:${dir}/`) }))
      expect(failure).toMatchObject({ code: 'data_invalid', message: expect.stringMatching(what), hint: expect.stringMatching(hint) })
    }
  })

  it('in a published data set too: a pointer called parquet', async () => {
    const failure = await rejection(loadDataset({ name: 'nq', dir: folderWith({ 'nq/validation-00000-of-00001.parquet': POINTER }) }))
    expect(failure.message).toMatch(/validation-00000-of-00001\.parquet: a Git LFS pointer/)
  })
})

describe('a file that is not UTF-8 is told in which encodings it makes sense', () => {
  const hint = async (bytes: Uint8Array) =>
    (
      await rejection(
        loadDataset({ name: `csv:${join(folderWith({ 'q.csv': Buffer.concat([Buffer.from('question,answers\n'), bytes]) }), 'q.csv')}` }),
      )
    ).hint

  it.each([
    ['WINDOWS-1251', 'd1f2eeebe8f6e03f2ccceef1eae2e00a', 'Столица?,Москва'],
    ['GB18030', 'd6d0b9fab5c4cad7b6bc3f2c780a', '中国的首都?,x'],
    ['SHIFT_JIS', '93fa967b82cc8ef193733f2c780a', '日本の首都?,x'],
    ['EUC-KR', 'c7d1b1b9c0c720bcf6b5b53f2c780a', '한국의 수도?,x'],
    ['WINDOWS-1252', '436166e93f2c780a', 'Café?,x'],
  ])('%s', async (encoding, hex, text) => {
    expect(await hint(Buffer.from(hex, 'hex'))).toContain(`in ${encoding} it reads "${text}"`)
  })

  it('and told to use its own encoding where several do', async () => {
    expect(await hint(Buffer.from('d1f2eeebe8f6e03f2c780a', 'hex'))).toContain('iconv -f ITS_ENCODING')
  })
})

describe('a file that is not there', () => {
  it('may be a link to nowhere', async () => {
    const dir = folderWith({})
    symlinkSync('/nowhere/q.jsonl', join(dir, 'q.jsonl'))
    expect((await rejection(loadDataset({ name: `jsonl:${dir}/q.jsonl` }))).message).toMatch(
      /q\.jsonl: a link to \/nowhere\/q\.jsonl, which is not there/,
    )
  })

  it('may be looked for in a file', async () => {
    const dir = folderWith({ 'q.jsonl': '' })
    expect(await rejection(loadDataset({ name: `jsonl:${dir}/q.jsonl/x` }))).toMatchObject({
      code: 'data_not_found',
      hint: `${dir}/q.jsonl is a file, not a folder.`,
    })
  })

  it('is looked for in the home folder where its path begins with ~', async () => {
    expect((await rejection(loadDataset({ name: 'jsonl:~/no such file.jsonl' }))).message).toMatch(
      /^\/.*\/no such file\.jsonl: no such file/,
    )
  })
})
