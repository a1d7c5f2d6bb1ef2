#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { dataCommand } from './data.js'
import { doctorCommand } from './doctor.js'
import { reportFailure } from './failure.js'
import { runCommand } from './run.js'
import { schemaCommand } from './schema.js'
import { setupCommand } from './setup.js'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

const program = new Command('grait')
  .description('Teaches a language model to say "I don\'t know" where it does not know, and to keep answering where it does.')
  .version(version)
  .option('--verbose', 'show stack traces and the log of the Python side')
  .showHelpAfterError('(grait --help lists the commands)')
  .exitOverride()
  .addCommand(runCommand())
  .addCommand(setupCommand())
  .addCommand(doctorCommand())
  .addCommand(dataCommand())
  .addCommand(schemaCommand())
for (const command of program.commands) command.exitOverride()

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = reportFailure(error, { verbose: process.argv.includes('--verbose') })
}
