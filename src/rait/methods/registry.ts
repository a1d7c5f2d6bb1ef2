import { GraitError } from '../../errors.js'
import { nearestName } from '../../nearest-name.js'
import type { Method } from '../method.js'
import { confqa } from './confqa.js'
import { corRait } from './cor-rait.js'
import { corcerRait } from './corcer-rait.js'
import { craft } from './craft.js'
import { craftNoCertainty } from './craft-no-certainty.js'
import { exchangeRate } from './exchange-rate/exchange-rate.js'
import { exchangeRateInfluence } from './exchange-rate/influence.js'
import { exchangeRateIterated } from './exchange-rate/iterated.js'
import { exchangeRateProbed } from './exchange-rate/probed.js'
import { grait } from './grait.js'
import { graitContrast } from './grait-contrast.js'
import { graitCorrectness } from './grait-correctness.js'
import { graitGreedy } from './grait-greedy.js'
import { graitPublished } from './grait-published.js'
import { graitRandom } from './grait-random.js'
import { graitUniform } from './grait-uniform.js'
import { kwt } from './kwt.js'
import { multisample } from './multisample.js'
import { vanTuning } from './van-tuning.js'

/** All built-in methods that select a training set, in the order of the tables. The two ways to ask the untuned model are not included. */
export const methods: readonly Method[] = [
  vanTuning,
  corRait,
  corcerRait,
  craft,
  craftNoCertainty,
  grait,
  graitRandom,
  graitCorrectness,
  graitGreedy,
  graitUniform,
  graitPublished,
  graitContrast,
  kwt,
  confqa,
  multisample,
  exchangeRate,
  exchangeRateProbed,
  exchangeRateInfluence,
  exchangeRateIterated,
]

/** Finds a built-in method by its id. @throws GraitError config_invalid for an unknown id, suggesting the nearest known one */
export function methodById(id: string): Method {
  const found = methods.find((method) => method.id === id)
  if (found !== undefined) return found
  const known = methods.map((method) => method.id)
  const nearest = nearestName(id, known)
  throw new GraitError('config_invalid', `there is no method ${JSON.stringify(id)}`, {
    hint: nearest === undefined ? `Known methods: ${known.join(', ')}.` : `Did you mean ${nearest}? Known methods: ${known.join(', ')}.`,
    details: { method: id, known },
  })
}
