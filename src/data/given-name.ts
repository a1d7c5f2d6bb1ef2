import { GraitError } from '../errors.js'
import { nearestName } from '../nearest-name.js'

const PREFIX = 'script:'

/** The name under which a script gave a data set; undefined for data sets that are read. */
export function givenName(dataset: string): string | undefined {
  return dataset.startsWith(PREFIX) ? dataset.slice(PREFIX.length) : undefined
}

/** The data set's name in the configuration: mine -> script:mine. */
export function scriptName(name: string): string {
  return `${PREFIX}${name}`
}

/** What is wrong with a name under which no questions were given. */
export function notGiven(name: string, given: readonly string[] = []): GraitError {
  const message = `${scriptName(name)}: these questions are in the memory of a script`
  if (given.length === 0) {
    return new GraitError('data_not_found', message, {
      hint: `Run it from that script: runExperiment(..., { questions: { ${JSON.stringify(name)}: [...] } }).`,
    })
  }
  const near = nearestName(name, given)
  return new GraitError('data_not_found', `${scriptName(name)}: the script gave no questions of this name`, {
    hint: near === undefined ? `It gave ${given.join(', ')}.` : `Did you mean ${scriptName(near)}?`,
  })
}
