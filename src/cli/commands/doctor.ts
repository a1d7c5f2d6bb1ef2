import { Command } from 'commander'
import { GraitError } from '../../errors.js'
import { stagesFolder } from '../../grait-home.js'
import { damagedStages } from '../../pipeline/cache/damaged-stages.js'
import { type PromptSample, samplesOfModel } from '../../pipeline/experiment/prompt-samples.js'
import { modelChecksText } from '../../report/terminal/model-checks-text.js'
import { promptSamplesText } from '../../report/terminal/prompt-samples-text.js'
import { type Diagnosis, diagnose } from '../../runtime/doctor/diagnose.js'
import type { Model } from '../../runtime/model.js'
import { startRuntime } from '../../runtime/start.js'
import { examples } from '../options/help-examples.js'
import { interruptible } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'
import { downloadDisplay } from '../terminal/progress.js'

interface DoctorFlags {
  stages?: string | undefined
  verify?: boolean | undefined
  model?: string | undefined
  adapter?: string | undefined
  json?: boolean | undefined
}

/** `grait doctor`: reports what is installed, what is missing or damaged, and what to do. Changes nothing. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check Node, Python, PyTorch, device, disk and finished stages, and say how to fix each problem')
    .option('--stages <dir>', 'folder of finished stages to check (default: $GRAIT_HOME/stages)')
    .option('--verify', 'read every byte of the finished stages, not only of files that were touched')
    .option('--model <source>', 'also load this model, say what of it can be trusted, and show one prompt of each kind as it reads it')
    .option('--adapter <source>', 'with --model: a LoRA adapter that it begins with, path:DIR or hub:ORG/NAME')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        ['grait doctor', 'the exit status is 1 if something is wrong'],
        ['grait doctor --verify --stages /data/stages'],
        ['grait doctor --model hub:ORG/NAME', 'what the chat template makes of a question, the targets, and what ends an answer'],
        ['grait doctor --json'],
      ),
    )
    .action(async ({ json, model, adapter, ...flags }: DoctorFlags) => {
      if (adapter !== undefined && model === undefined) {
        throw new GraitError('usage', '--adapter is of the model that --model names', { hint: 'Add --model SOURCE.' })
      }
      const diagnosis = await interruptible((signal) => diagnoseAll(flags, signal))
      process.exitCode = diagnosis.ok ? 0 : 1
      if (!json) await print(diagnosisTable(diagnosis))
      const asked = model === undefined ? undefined : await interruptible((signal) => promptsOf(model, adapter, signal))
      if (json) await print(`${JSON.stringify({ ...diagnosis, ...asked }, null, 2)}\n`)
      else if (asked !== undefined) {
        await print(`\n${modelChecksText(asked.checks)}\n${promptSamplesText(asked.prompts, asked.templateDate)}`)
      }
    })
}

interface Asked {
  checks: Model['info']['checks']
  prompts: PromptSample[]
  templateDate: string | null
}

async function promptsOf(source: string, baseAdapter: string | undefined, signal: AbortSignal): Promise<Asked> {
  const runtime = await startRuntime({ signal })
  try {
    const model = await runtime.loadModel({ source, baseAdapter, signal, onProgress: downloadDisplay(process.stderr) })
    const { checks, templateDate } = model.info
    return { checks, prompts: await samplesOfModel(model, { signal }), templateDate }
  } finally {
    await runtime.close()
  }
}

async function diagnoseAll({ stages = stagesFolder(), verify }: DoctorFlags, signal: AbortSignal): Promise<Diagnosis> {
  const diagnosis = await diagnose()
  const { damaged, aside } = await damagedStages(stages, { everyByte: verify, signal })
  const problems = damaged.map(({ path, damage }) => ({
    what: `the finished stage ${path} is damaged: ${damage}`,
    fix: `run again what needs it: it is set aside and computed anew; or rm -r ${path}`,
  }))
  const kept = { what: `damaged stages that were set aside are kept: ${aside.length}`, fix: `rm -r ${aside.join(' ')}` }
  return {
    ...diagnosis,
    ok: diagnosis.ok && problems.length === 0,
    problems: [...diagnosis.problems, ...problems],
    advice: [...diagnosis.advice, ...(aside.length > 0 ? [kept] : [])],
  }
}

/** One line for each finding, then one for each problem, with what to do. */
export function diagnosisTable({ node, python, torch, device, dtype, ok, problems, advice, served }: Diagnosis): string {
  const rows = [
    ['node', node],
    ['python', python.version === null ? null : `${python.version}  ${python.executable}`],
    ['torch', torch],
    ['device', device],
    ['dtype', dtype],
  ].map(([name, value]) => `${name!.padEnd(8)}${value ?? '-'}`)
  const findings = problems.flatMap(({ what, fix }) => [`problem ${what}`, `        fix: ${fix}`])
  const hints = advice.flatMap(({ what, fix }) => [`advice  ${what}`, `        fix: ${fix}`])
  const serving = served.map(({ path, pid, device, started }) => `serving ${path} on ${device}, pid ${pid}, since ${started}`)
  return `${[...rows, ...serving, ...findings, ...hints, ...(ok ? ['all is well'] : [])].join('\n')}\n`
}
