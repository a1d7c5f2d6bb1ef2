import { GraitError } from '../../errors.js'

/** A format that people have data in and that is not read here. */
interface OtherFormat {
  /** How such a file begins: its bytes in hexadecimal, or its text. */
  starts: string | RegExp
  what: string
  /** What to do; FILE stands for the path. */
  hint: string
}

const AS_CSV = 'Open it in a spreadsheet program, save it as "CSV UTF-8", and name that file: csv:NEW.csv.'
const AS_UTF8: Omit<OtherFormat, 'starts'> = {
  what: 'UTF-16 text, not UTF-8',
  hint: 'Save the file with the encoding UTF-8 (in Excel: "CSV UTF-8"), or convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW.',
}

const OTHER_FORMATS: readonly OtherFormat[] = [
  {
    starts: /^version https:\/\/git-lfs/,
    what: 'a Git LFS pointer, which only names the data',
    hint: 'Get the data: git lfs pull, or download the file from where it is published.',
  },
  {
    starts: /^\/?(?:\.\.\/)*(?:\.git\/)?annex\/objects\//,
    what: 'a git-annex pointer, which only names the data',
    hint: 'Get the data: git annex get FILE.',
  },
  { starts: '1f8b', what: 'compressed with gzip', hint: 'Unpack it first: gunzip -k FILE.' },
  { starts: '425a68', what: 'compressed with bzip2', hint: 'Unpack it first: bunzip2 -k FILE.' },
  { starts: 'fd377a585a', what: 'compressed with xz', hint: 'Unpack it first: unxz -k FILE.' },
  { starts: '28b52ffd', what: 'compressed with zstd', hint: 'Unpack it first: unzstd FILE.' },
  { starts: '504b0304', what: 'a spreadsheet or a zip archive, not text', hint: `If it is an archive, unpack it. ${AS_CSV}` },
  { starts: 'd0cf11e0', what: 'an old Excel or Word file, not text', hint: AS_CSV },
  {
    starts: /^PAR[1E]/,
    what: 'a parquet file, not text',
    hint: 'Write it as JSON Lines, in Python: pandas.read_parquet("FILE").to_json("NEW.jsonl", orient="records", lines=True).',
  },
  {
    starts: /^ARROW1/,
    what: 'an Arrow file, not text',
    hint: 'Write it as JSON Lines, in Python: datasets.Dataset.from_file("FILE").to_json("NEW.jsonl").',
  },
  { starts: /^%PDF/, what: 'a PDF document, not text', hint: 'Copy the questions into a CSV file or JSON Lines.' },
  {
    starts: /^SQLite format 3/,
    what: 'an SQLite database, not text',
    hint: 'Write the table as CSV: sqlite3 -csv -header FILE "select * from TABLE" > NEW.csv.',
  },
  {
    starts: /^\s*<(?:!doctype html|html)/i,
    what: 'a web page, not data',
    hint: 'A sign-in or error page may have been saved in place of the file; download it again.',
  },
  { starts: 'fffe', ...AS_UTF8 },
  { starts: 'feff', ...AS_UTF8 },
]

/** Enough for every signature. */
export const SIGNATURE_BYTES = 512

/** @throws GraitError data_invalid if a file that should be text begins like one of another format */
export function refuseOtherFormat(path: string, firstBytes: Uint8Array): void {
  const bytes = Buffer.from(firstBytes.subarray(0, SIGNATURE_BYTES))
  const found = OTHER_FORMATS.find(({ starts }) => beginsWith(bytes, starts)) ?? withZeros(bytes)
  if (found === undefined) return
  throw new GraitError('data_invalid', `${path}: ${found.what}`, {
    hint: found.hint.replace(/\bFILE\b/, () => path),
    details: { file: path },
  })
}

function beginsWith(bytes: Buffer, starts: string | RegExp): boolean {
  return typeof starts === 'string' ? bytes.toString('hex').startsWith(starts) : starts.test(bytes.toString('utf8').replace(/^\ufeff/, ''))
}

/** UTF-16 without a mark has a zero in every second byte, as long as the letters are Latin. */
function withZeros(bytes: Buffer): Omit<OtherFormat, 'starts'> | undefined {
  if (!bytes.includes(0)) return undefined
  const half = (first: number) => bytes.subarray(0, 64).every((byte, at) => at % 2 !== first || byte === 0)
  if (half(0) !== half(1)) return AS_UTF8
  return {
    what: 'not text: zero bytes stand in it',
    hint: 'The file may be damaged, or of a format that is not read; give JSON Lines or CSV.',
  }
}
