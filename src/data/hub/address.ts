import { GraitError } from '../../errors.js'

/** A data set's repository: `hub` is the one it is published in, `hub:ORG/NAME[@REVISION]` another repository or revision. */
export interface HubAddress {
  repository: string
  /** A branch, a tag or a commit. */
  revision: string
}

/** Reads `hub` and `hub:ORG/NAME[@REVISION]`; undefined if the text is a folder's path. */
export function hubAddress(dir: string, published: string): HubAddress | undefined {
  if (dir === 'hub') return { repository: published, revision: 'main' }
  if (!dir.startsWith('hub:')) return undefined
  const match = /^hub:(?<repository>[\w.-]+\/[\w.-]+)(?:@(?<revision>[^@\s]+))?$/.exec(dir)
  if (match?.groups === undefined || match.groups['revision']?.includes('..')) {
    throw new GraitError('data_not_found', `${dir}: not a repository of the hub`, { hint: 'Write hub:ORG/NAME or hub:ORG/NAME@REVISION.' })
  }
  return { repository: match.groups['repository'] as string, revision: match.groups['revision'] ?? 'main' }
}
