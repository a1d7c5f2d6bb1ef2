#!/usr/bin/env node
import { Command } from 'commander'
import { PACKAGE_VERSION } from '../package-version.js'
import { withAttach } from './options/attach.js'
import { preparePaths } from './options/given-paths.js'
import { reportFailure } from './terminal/failure.js'
import { HELP } from './terminal/help.js'
import { collectHelp, print, surviveLostOutput } from './terminal/output.js'

/** Each command's module is loaded only when needed: `grait setup` must not wait for the imports of `grait run`. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  run: async () => (await import('./commands/run.js')).runCommand(),
  compare: async () => (await import('./commands/compare.js')).compareCommand(),
  paper: async () => (await import('./commands/paper.js')).paperCommand(),
  ask: async () => (await import('./commands/ask.js')).askCommand(),
  merge: async () => (await import('./commands/merge.js')).mergeCommand(),
  setup: async () => (await import('./commands/setup.js')).setupCommand(),
  repl: async () => (await import('./commands/repl.js')).replCommand(),
  serve: async () => (await import('./commands/serve.js')).serveCommand(),
  doctor: async () => (await import('./commands/doctor.js')).doctorCommand(),
  data: async () => (await import('./commands/data.js')).dataCommand(),
  init: async () => (await import('./commands/init.js')).initCommand(),
  score: async () => (await import('./commands/score.js')).scoreCommand(),
  export: async () => (await import('./commands/export.js')).exportCommand(),
  schema: async () => (await import('./commands/schema.js')).schemaCommand(),
}

/** The commands that compute and can therefore use a served runtime. */
const COMPUTING = new Set(['run', 'compare', 'paper', 'ask', 'merge', 'repl'])

const program = new Command('grait')
  .description('Teaches a language model to say "I don\'t know" where it does not know, and to keep answering where it does.')
  .version(PACKAGE_VERSION)
  .option('--verbose', 'show stack traces and the log of the Python process')
  .showHelpAfterError('(grait --help lists the commands)')
  .exitOverride()
  .hook('preAction', (_, command) => preparePaths(command))

const named = process.argv.slice(2).find((argument) => !argument.startsWith('-'))
const wanted = Object.entries(COMMANDS).filter(([name]) => name === named || named === undefined || !(named in COMMANDS))

const verbose = process.argv.includes('--verbose')

surviveLostOutput()
process.on('uncaughtException', (error) => process.exit(reportFailure(error, { verbose }) || 1))

async function run(): Promise<void> {
  for (const [name, load] of wanted) {
    const command = await load()
    for (const each of [command, ...command.commands]) each.configureHelp(HELP)
    program.addCommand((COMPUTING.has(name) ? withAttach(command) : command).exitOverride())
  }
  const help = collectHelp(program)
  try {
    await program.parseAsync()
  } finally {
    if (help() !== '') await print(help())
  }
}

try {
  await run()
} catch (error) {
  process.exitCode = reportFailure(error, { verbose })
}
