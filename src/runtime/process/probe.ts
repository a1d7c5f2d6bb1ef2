import { execa } from 'execa'
import { z } from 'zod'
import { cancelledBy, type ErrorCode, GraitError } from '../../errors.js'
import { type PythonOptions, pythonCommand } from './command.js'

/** What a runtime computes with: results are the same bytes only where all of it is the same. */
export interface ComputeFacts {
  /** Package name -> version. */
  versions: Record<string, string>
  device: { kind: string; name: string; memoryBytes: number; threads: number }
}

const PROBE = 'grait_runtime.service.probe'
const LIMIT_MS = 120_000

const answerSchema = z.union([
  z.object({
    versions: z.record(z.string(), z.string()),
    device: z.object({ kind: z.string(), name: z.string(), memoryBytes: z.number(), threads: z.number() }),
  }),
  z.object({ fault: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }) }),
])

/**
 * Asks the interpreter, without starting a runtime, what a runtime with these options would compute with.
 * @throws GraitError as starting it would: `invalid_request` if the device is missing, `setup_failed`, `python_not_found`, `cancelled`
 */
export async function probeRuntime(options: PythonOptions): Promise<ComputeFacts> {
  const { executable, args, cwd, env } = await pythonCommand({ ...options, logLevel: undefined }, PROBE)
  const { signal } = options
  const { failed, isCanceled, stdout, stderr, shortMessage } = await execa(executable, args, {
    ...(cwd !== undefined && { cwd }),
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: LIMIT_MS,
    ...(signal && { cancelSignal: signal }),
  })
  if (isCanceled) throw cancelledBy(signal)
  const answer = failed ? undefined : answerSchema.safeParse(parsed(stdout)).data
  if (answer === undefined) throw noAnswer(executable, stderr || shortMessage || stdout)
  if ('fault' in answer) {
    const { code, message, hint } = answer.fault
    throw new GraitError(code as ErrorCode, message, { ...(hint !== null && { hint }) })
  }
  return answer
}

/** What differs between two descriptions, in words: "8 threads, not 4"; empty if nothing does. Memory may differ. */
export function differences(found: ComputeFacts, expected: ComputeFacts): string[] {
  const [now, before] = [found.device, expected.device]
  const wrong: string[] = []
  if (now.kind !== before.kind || now.name !== before.name) wrong.push(`${now.kind} ${now.name}, not ${before.kind} ${before.name}`)
  if (now.threads !== before.threads) wrong.push(`${now.threads} threads, not ${before.threads}`)
  const names = new Set([...Object.keys(found.versions), ...Object.keys(expected.versions)])
  for (const name of [...names].sort()) {
    const [version, wanted] = [found.versions[name] ?? 'none', expected.versions[name] ?? 'none']
    if (version !== wanted) wrong.push(`${name} ${version}, not ${wanted}`)
  }
  return wrong
}

/** The answer is the last line: a package may print when it is imported. */
function parsed(stdout: string): unknown {
  try {
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  } catch {
    return undefined
  }
}

function noAnswer(python: string, output: string): GraitError {
  const lines = output.trimEnd().split('\n')
  return new GraitError('setup_failed', `${python} can't say what it computes with: ${lines.at(-1)}`, {
    hint: 'Run `grait doctor`.',
    details: { output: lines.slice(-30).join('\n') },
  })
}
