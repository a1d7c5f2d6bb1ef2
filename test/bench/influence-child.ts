/** Computes the influences of a folder of features and says how long it took and the most memory the process had. */

import { influenceOf } from '../../src/pipeline/features/influence-of-stage.js'
import { readFeatureIndex } from '../../src/pipeline/features/store.js'

const dir = process.argv[2] as string
const started = performance.now()
const { ids } = await readFeatureIndex(`${dir}/idk`)
const known = new Set(ids.filter((_, row) => row % 2 === 0))
const found = await influenceOf({ dir }, undefined, known, undefined)
if (found.length !== ids.length - known.size) throw new Error(`${found.length} influences`)
const seconds = (performance.now() - started) / 1000
process.stdout.write(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1000 }))
