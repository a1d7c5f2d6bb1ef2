import { type Method, methodById } from 'grait'
import { centredRows } from './centred-rows.js'
import { sphericalKMeans } from './spherical-k-means.js'

/**
 * grait-contrast where the questions name no subject: what the gradients of refusing, less what all have in common, say belongs
 * together stands for one.
 */
export function clusteredContrast(k: number): Method {
  const contrast = methodById('grait-contrast')
  return {
    id: `contrast-${k}-clusters`,
    description: `grait-contrast with ${k} clusters of the gradients for subjects`,
    version: 1,
    needs: { influence: true, features: 'refusals' },
    select(candidates, request) {
      if (request.features === undefined) throw new Error('no features')
      const rows = centredRows(request.features.refusals)
      const clusters = sphericalKMeans([...rows.values()], k, request.seed)
      const clusterOf = new Map([...rows.keys()].map((id, i) => [id, String(clusters[i])]))
      return contrast.select(
        candidates.map((candidate) => ({ ...candidate, subject: clusterOf.get(candidate.id) ?? 'none' })),
        request,
      )
    },
  }
}
