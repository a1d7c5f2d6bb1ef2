import type { Command } from 'commander'

/** Adds `--attach` to a command. It sets GRAIT_ATTACH, so that any code that starts a runtime attaches to the served one. */
export function withAttach(command: Command): Command {
  return command
    .option('--attach <path>', 'use a runtime that `grait serve` keeps running: its path, or auto if there is only one')
    .hook('preAction', (self) => {
      const { attach } = self.opts<{ attach?: string | undefined }>()
      if (attach !== undefined) process.env['GRAIT_ATTACH'] = attach
    })
}
