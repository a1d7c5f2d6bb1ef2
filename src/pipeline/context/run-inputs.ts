import { readGivenAnswers } from '../../data/files/given-answers.js'
import { PACKAGE_VERSION } from '../../package-version.js'
import type { Method } from '../../rait/method.js'
import { methodKey } from '../../rait/methods/chosen-methods.js'
import { methods as builtIn } from '../../rait/methods/registry.js'
import { digestOf } from '../cache/digest.js'
import type { RunInputs } from '../folder/earlier-results.js'
import type { RunContext } from './run-context.js'

/** What a run's results depend on beside its configuration and the model: whatever a file or a script holds under an unchanged name. */
export async function runInputs(
  { config, data, signal }: Pick<RunContext, 'config' | 'data' | 'signal'>,
  methods: readonly Method[],
): Promise<RunInputs> {
  const { answers } = config.knowledge
  const own = methods.filter((method) => !builtIn.includes(method))
  return {
    version: PACKAGE_VERSION,
    questions: digestOf([data.trainDigest, data.shotsDigest]),
    tests: digestOf([...data.tests, data.thresholdSet].map(({ name, digest }) => [name, digest])),
    answers: answers === null ? null : digestOf([...(await readGivenAnswers(answers, signal))]),
    methods: digestOf(own.map(methodKey)),
  }
}
