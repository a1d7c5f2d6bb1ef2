import { describe, expect, it } from 'vitest'
import { testLabels } from '../../../src/pipeline/context/dataset-labels.js'

describe('the labels of test sets', () => {
  it.each<[string, string[], string[]]>([
    ['are short where that is enough', ['jsonl:data/my.jsonl', 'mmlu:val', 'nq'], ['my', 'mmlu-val', 'nq']],
    ['name the folder of files of one name', ['jsonl:en/t.jsonl', 'jsonl:de/t.jsonl', 'nq'], ['en-t', 'de-t', 'nq']],
    ['name as many folders as needed', ['jsonl:/a/x/t.jsonl', 'jsonl:/b/x/t.jsonl'], ['a-x-t', 'b-x-t']],
    ['leave the file without a folder as it is', ['jsonl:t.jsonl', 'jsonl:./de/t.jsonl'], ['t', 'de-t']],
    ['name the extension where nothing else differs', ['jsonl:en/t.jsonl', 'csv:en/t.csv'], ['en-t-jsonl', 'en-t-csv']],
    ['tell a file from a published data set', ['mmlu:val', 'jsonl:mine/mmlu-val.jsonl'], ['mmlu-val', 'mine-mmlu-val']],
    ['differ in more than capitals, which some disks ignore', ['jsonl:en/T.jsonl', 'jsonl:de/t.jsonl'], ['en-T', 'de-t']],
  ])('%s', (_, names, labels) => {
    expect(testLabels(names)).toEqual(labels)
  })

  it.each<[string, string[], RegExp]>([
    ['one file twice', ['jsonl:t.jsonl', 'jsonl:t.jsonl'], /data\.tests: jsonl:t\.jsonl stands there twice/],
    ['one file under two spellings', ['jsonl:t.jsonl', 'jsonl:./t.jsonl'], /jsonl:t\.jsonl and jsonl:\.\/t\.jsonl have the same name/],
    ['one published split twice', ['nq:dev', 'nq:dev'], /nq:dev stands there twice/],
    ['names of which one is made from folders', ['jsonl:a/t.jsonl', 'jsonl:b/t.jsonl', 'jsonl:a-t.jsonl'], /have the same name/],
  ])('are not made up for %s', (_, names, message) => {
    expect(() => testLabels(names)).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: expect.stringMatching(message), hint: expect.stringMatching(/once/) }),
    )
  })
})
