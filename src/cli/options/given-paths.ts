import type { Command } from 'commander'
import { GraitError } from '../../errors.js'
import { expandHome } from '../../home-path.js'

/** Positional arguments that are paths. */
const PATHS = ['dir', 'config']

/**
 * Makes a command's paths ready: an empty one is refused, and ~ at the start is replaced by the home folder. A shell does so only at the
 * start of a word, not in `--out=~/runs`, and a folder called ~ is never what was meant.
 * @throws GraitError usage
 */
export function preparePaths(command: Command): void {
  for (const option of command.options) {
    const name = option.attributeName()
    const value: unknown = command.getOptionValue(name)
    if (typeof value !== 'string' || !/<(?:dir|file|path)>/.test(option.flags)) continue
    command.setOptionValueWithSource(name, prepared(value, option.long ?? name), command.getOptionValueSource(name) ?? 'cli')
  }
  for (const [index, argument] of command.registeredArguments.entries()) {
    const value: unknown = command.processedArgs[index]
    if (typeof value === 'string' && PATHS.includes(argument.name())) {
      command.processedArgs[index] = prepared(value, argument.name())
    }
  }
}

/** A variable that is not set leads to an empty path, and node takes that for the current folder. */
function prepared(path: string, name: string): string {
  if (path.trim() !== '') return expandHome(path, name)
  throw new GraitError('usage', `${name}: the path is empty`, { hint: 'Name a folder or a file; . is the current folder.' })
}
