import { normalize, parse, sep } from 'node:path'
import { givenName } from '../../data/given-name.js'
import { ownFile } from '../../data/own-file.js'
import { GraitError } from '../../errors.js'

/** Names a data set's files in the run: "jsonl:data/my.jsonl" -> my, "mmlu:val" -> mmlu-val. */
export function datasetLabel(name: string): string {
  return labelWith(partsOf(name), 0)
}

/**
 * A label for each test set, unlike those of the others. Files of one name are told apart by the folders they lie in, as far
 * as needed (en/t.jsonl, de/t.jsonl -> en-t, de-t), or else by their extension.
 * @throws GraitError config_invalid for a data set that is named twice
 */
export function testLabels(names: readonly string[]): string[] {
  const parts = names.map(partsOf)
  let labels = names.map(datasetLabel)
  const lengthened = (longer: (part: LabelParts) => string) => {
    const files = labels.map(asFileName)
    return labels.map((label, index) => {
      const taken = files.filter((file) => file === files[index]).length > 1
      return taken ? longer(parts[index] as LabelParts) : label
    })
  }
  const deepest = Math.max(0, ...parts.map(({ folders }) => folders.length))
  for (let depth = 1; depth <= deepest; depth++) labels = lengthened((part) => labelWith(part, depth))
  labels = lengthened((part) => [labelWith(part, deepest), ...part.extension].join('-'))
  refuseSameLabels(names, labels)
  return labels
}

interface LabelParts {
  /** As far as they are written, the outermost first. */
  folders: string[]
  name: string
  /** Without its dot; empty for a published data set. */
  extension: string[]
}

function partsOf(name: string): LabelParts {
  const own = ownFile(name)
  if (own === undefined) return { folders: [], name: givenName(name) ?? name.replace(':', '-'), extension: [] }
  const { dir, name: file, ext } = parse(normalize(own.path))
  const folders = dir.split(sep).filter((folder) => !['', '.', '..'].includes(folder))
  return { folders, name: file, extension: ext === '' ? [] : [ext.slice(1)] }
}

function labelWith({ folders, name }: LabelParts, depth: number): string {
  return [...folders.slice(Math.max(0, folders.length - depth)), name].join('-')
}

/** A label names files, and some disks keep neither case nor the composition of accents apart. */
function asFileName(label: string): string {
  return label.normalize('NFC').toLowerCase()
}

function refuseSameLabels(names: readonly string[], labels: readonly string[]): void {
  const files = labels.map(asFileName)
  const again = files.findIndex((label, index) => files.indexOf(label) < index)
  if (again < 0) return
  const first = files.indexOf(files[again] as string)
  const one =
    names[first] === names[again] ? `${names[again]} stands there twice` : `${names[first]} and ${names[again]} have the same name`
  throw new GraitError('config_invalid', `data.tests: ${one}`, {
    hint: 'Name each test set once. Results are stored under the name of the file or data set; rename a file, or leave one out.',
    details: { path: 'data.tests', label: labels[again] },
  })
}
