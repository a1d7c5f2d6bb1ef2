import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { type Conversation, openConversation } from '../../pipeline/tuned/ask.js'
import { answerPairText } from '../../report/terminal/answer-pair.js'
import { outputWidth } from '../../report/terminal/width.js'
import { examples } from '../options/help-examples.js'
import { type TunedFlags, withTunedOptions } from '../options/tuned-options.js'
import { interruptible } from '../terminal/interruption.js'
import { print } from '../terminal/output.js'
import { progressReporter } from '../terminal/progress.js'

interface AskFlags extends TunedFlags {
  option: string[]
  json?: boolean | undefined
}

/** `grait ask [question] --run DIR`: the initial and the tuned model side by side; without a question, reads questions one after another. */
export function askCommand(): Command {
  return withTunedOptions(new Command('ask').description('ask the initial and the tuned model of a run the same question'))
    .argument('[question]', 'without it, questions are read from the terminal; Ctrl-D ends')
    .option(
      '--option <text>',
      'an option of a multiple-choice question; give one --option for each',
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .option('--json', 'print one JSON document per question')
    .addHelpText(
      'after',
      examples(
        ['grait ask "What is the capital of Aruba?" --run runs/mine'],
        ['grait ask --run runs/mine', 'asks for questions until Ctrl-D'],
        ['grait ask --run runs/mine --json < questions.txt', 'one question per line'],
        ['grait ask "Which is a noble gas?" --option Iron --option Neon --run runs/mine'],
      ),
    )
    .action(async (question: string | undefined, flags: AskFlags) => ask(question, flags))
}

async function ask(question: string | undefined, { option: options, json, ...choice }: AskFlags): Promise<void> {
  const reporter = progressReporter(process.stderr, { verbose: process.argv.includes('--verbose') })
  await interruptible(async (signal) => {
    let conversation: Conversation | undefined
    try {
      if (process.stderr.isTTY) process.stderr.write('loading the initial and the tuned model\n')
      conversation = await openConversation({ ...choice, reporter, signal })
      for await (const text of question === undefined ? typedQuestions(signal) : [question]) {
        const pair = await conversation.ask(text, options)
        await print(json === true ? `${JSON.stringify(pair)}\n` : `${answerPairText(pair, outputWidth())}\n`)
      }
    } finally {
      await conversation?.close()
    }
  })
}

/** The lines of stdin that are not blank. On a terminal with a prompt for each; Ctrl-D or Ctrl-C ends. */
async function* typedQuestions(signal: AbortSignal): AsyncGenerator<string> {
  const terminal = process.stdin.isTTY === true && process.stderr.isTTY === true
  const lines = createInterface({ input: process.stdin, ...(terminal ? { output: process.stderr } : {}), terminal })
  const close = () => lines.close()
  signal.addEventListener('abort', close, { once: true })
  // A terminal in raw mode gives Ctrl-C to readline instead of the process.
  lines.on('SIGINT', close)
  try {
    if (terminal) process.stderr.write('Type a question. Ctrl-D ends.\n')
    lines.setPrompt('? ')
    if (terminal) lines.prompt()
    for await (const line of lines) {
      if (line.trim() !== '') yield line.trim()
      if (signal.aborted) return
      if (terminal) lines.prompt()
    }
    if (terminal) process.stderr.write('\n')
  } finally {
    signal.removeEventListener('abort', close)
    lines.close()
  }
}
