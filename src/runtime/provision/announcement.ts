import { byteWords } from '../../disk/byte-words.js'
import type { TorchBuild } from '../python/requirements.js'
import { neededBytes } from './disk.js'
import type { ReportSetup } from './setup-steps.js'

/**
 * Says that an environment is being made, for a program that does not follow the set-up: what, where, how large and how long, once
 * before the first step; that another process makes it; and that it is ready.
 */
export function announcement(folder: string, build: TorchBuild, write: (line: string) => void = toStderr): ReportSetup {
  let begun = false
  return ({ step, detail }) => {
    if (step === 'waiting') write(`grait waits: ${detail}`)
    else if (step === 'ready') write('grait: the Python environment is ready')
    else if (!begun) {
      begun = true
      const size = byteWords(neededBytes(build))
      write(`grait installs its Python environment in ${folder} (up to ${size}, a few minutes, only this once; onSetup follows it)`)
    }
  }
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`)
}
