import type { Command } from 'commander'
import { seedNumber } from './numbers.js'

export interface TunedFlags {
  run: string
  method?: string | undefined
  seed?: number | undefined
  verify?: boolean | undefined
}

/** Options that name the tuned model of a run or a comparison. */
export function withTunedOptions(command: Command): Command {
  return command
    .requiredOption('--run <dir>', 'folder of the run')
    .option('--method <name>', 'if the run is a comparison: the method')
    .option('--seed <number>', 'if the run is a comparison: the seed (default: the first)', seedNumber)
    .option('--verify', "read every byte of the base model's files, not only of those that were touched")
}
