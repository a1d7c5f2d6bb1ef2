import type { Command } from 'commander'
import { expandHome } from '../../home-path.js'

/**
 * Replaces ~ at the start of a command's paths by the home folder. A shell does so only at the start of a word, not in `--out=~/runs`,
 * and a folder called ~ is never what was meant.
 */
export function expandHomePaths(command: Command): void {
  for (const option of command.options) {
    const name = option.attributeName()
    const value: unknown = command.getOptionValue(name)
    if (typeof value !== 'string' || !/<(?:dir|file|path)>/.test(option.flags)) continue
    command.setOptionValueWithSource(name, expandHome(value, option.long ?? name), command.getOptionValueSource(name) ?? 'cli')
  }
  for (const [index, argument] of command.registeredArguments.entries()) {
    const value: unknown = command.processedArgs[index]
    if (typeof value === 'string' && ['dir', 'config'].includes(argument.name())) {
      command.processedArgs[index] = expandHome(value, argument.name())
    }
  }
}
