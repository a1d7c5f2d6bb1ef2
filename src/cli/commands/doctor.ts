import { Command } from 'commander'
import { type Diagnosis, diagnose } from '../../runtime/doctor/diagnose.js'
import { examples } from '../options/help-examples.js'
import { interruptible } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'

/** `grait doctor`: reports what is installed, what is missing and what to do. Changes nothing. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check Node, Python, PyTorch, device and disk, and say how to fix each problem')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples(['grait doctor', 'the exit status is 1 if something is wrong'], ['grait doctor --json']))
    .action(async ({ json }: { json?: boolean | undefined }) => {
      const diagnosis = await interruptible(() => diagnose())
      process.exitCode = diagnosis.ok ? 0 : 1
      await print(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : diagnosisTable(diagnosis))
    })
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
