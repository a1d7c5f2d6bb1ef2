import { expect, it } from 'vitest'
import { grait } from './grait-command.js'

it('the help of every command shows how it is used', { timeout: 120_000 }, async () => {
  const { stdout } = await grait(['--help'])
  const commands = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name as string)
  expect(commands).toEqual(expect.arrayContaining(['run', 'compare', 'paper', 'score', 'data', 'ask', 'merge', 'export', 'repl', 'serve']))
  const helps = [...commands.filter((name) => name !== 'help').map((name) => [name]), ['export', 'lm-eval']]
  const lacking: string[] = []
  const texts: string[] = []
  for (const args of helps) {
    const help = await grait([...args, '--help'])
    expect(help.exitCode).toBe(0)
    texts.push(help.stdout)
    if (!new RegExp(`^ +grait ${args.join(' ')}\\b`, 'm').test(help.stdout)) lacking.push(args.join(' '))
  }
  expect(lacking).toEqual([])
  expect(texts.join('')).not.toContain('(default: [])')
  expect(texts.join('').replace(/\s+/g, ' ')).toContain('--run <dir> folder of the run (required)')
})
