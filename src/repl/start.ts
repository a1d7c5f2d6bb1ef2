import { join } from 'node:path'
import { type REPLServer, start } from 'node:repl'
import { graitHome } from '../grait-home.js'
import * as grait from '../index.js'
import { makeFolder } from '../make-folder.js'
import { outputWidth } from '../report/terminal/width.js'
import { display } from './display.js'
import { HELP } from './help.js'
import { pipedLines } from './piped-lines.js'
import type { ReplSession } from './session.js'

const PROMPT = 'grait> '

/** Runs the prompt until the user leaves it. */
export async function runRepl(session: ReplSession): Promise<void> {
  const server = start({
    prompt: PROMPT,
    ...(process.stdin.isTTY ? {} : pipedLines(process.stdin, process.stdout, PROMPT)),
    // One realm, so that arrays and vectors created at the prompt have the library's classes.
    useGlobal: true,
    breakEvalOnSigint: true,
    writer: (value: unknown) => display(value, outputWidth()),
  })
  putInScope(server, session)
  defineHelp(server)
  server.on('SIGINT', () => session.interruption.interrupt())
  const left = new Promise<void>((resolve) => server.on('exit', resolve))
  if (process.stdin.isTTY) await keepHistory(server)
  await left
}

function putInScope(server: REPLServer, { rt, model, initial, data, py }: ReplSession): void {
  const ask = async (question: string, options: Parameters<typeof model.generate>[1] = {}): Promise<string> => {
    const prompt = { id: 'asked', messages: [{ role: 'user' as const, content: question }] }
    for await (const { texts } of model.generate([prompt], { maxTokens: 64, ...options })) return texts.join('\n')
    return ''
  }
  for (const [name, value] of Object.entries({ rt, model, initial, data, py, ask, grait })) {
    Object.defineProperty(server.context, name, { value, writable: true, configurable: true, enumerable: true })
  }
}

function defineHelp(server: REPLServer): void {
  server.defineCommand('help', {
    help: 'What is in scope, and the commands',
    action() {
      this.clearBufferedCommand()
      const commands = Object.entries(this.commands).map(([name, command]) => `  .${name.padEnd(8)} ${command?.help ?? ''}`)
      this.output.write(`${HELP}\n${commands.join('\n')}\n`)
      this.displayPrompt()
    },
  })
}

async function keepHistory(server: REPLServer): Promise<void> {
  await makeFolder(graitHome())
  await new Promise<void>((resolve) => server.setupHistory(join(graitHome(), 'repl_history'), () => resolve()))
}
