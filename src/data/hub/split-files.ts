import { GraitError } from '../../errors.js'
import type { NamedSource } from '../published/named-source.js'
import { isHidden } from '../published/source-folder.js'
import { SPLITS, type Split } from '../published/split-name.js'
import type { HubCommit, HubFile } from './repository-files.js'

/**
 * The files of each split of a data set in a hub repository: those in its folder, in the preferred format; all files if the
 * repository does not have that folder.
 * @throws GraitError data_not_found if there are none
 */
export function filesOnHub(
  name: string,
  { repository, commit, files }: HubCommit,
  { hub, forms, fileOf, fileNames }: NamedSource,
): Map<Split, HubFile[]> {
  const prefix = `${hub.folder}/`
  const own = files.filter(({ path }) => path.startsWith(prefix))
  const matches = (own.length > 0 ? own : files)
    .filter(({ path }) => !path.split('/').some(isHidden))
    .map((file) => ({ file, match: fileOf(own.length > 0 ? file.path.slice(prefix.length) : file.path, '') }))
    .sort((a, b) => (a.file.path < b.file.path ? -1 : 1))
  const splits = new Map<Split, HubFile[]>()
  for (const split of SPLITS) {
    const here = matches.filter(({ match }) => match?.split === split)
    const form = forms.find((candidate) => here.some(({ match }) => match?.form === candidate))
    if (form !== undefined)
      splits.set(
        split,
        here.filter(({ match }) => match?.form === form).map(({ file }) => file),
      )
  }
  if (splits.size > 0) return splits
  throw new GraitError('data_not_found', `${name}: no files of it in hub:${repository}@${commit}`, {
    hint: `Files that count are called ${fileNames}.`,
    details: { repository, commit, files: files.slice(0, 20).map(({ path }) => path) },
  })
}
