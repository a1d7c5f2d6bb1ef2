import { fstatSync, writeSync } from 'node:fs'
import type { Command } from 'commander'
import { writeFault } from '../../disk-fault.js'

const STDOUT = 1

/** Thrown by `print` when nobody reads stdout any more (`| head`): a reason to end, not a failure. */
export class ReaderLeft extends Error {
  override readonly name = 'ReaderLeft'
}

/**
 * Writes the whole of `text` to stdout.
 * @throws ReaderLeft if the reader has closed the pipe; GraitError disk_full, disk_failed if stdout is a file that can't be written
 */
export async function print(text: string): Promise<void> {
  try {
    // Node's stream of a file stops after a part that the disk had room for, and tells nobody.
    if (isFile(STDOUT)) writeAll(STDOUT, Buffer.from(text))
    else await new Promise<void>((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())))
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EPIPE' ? new ReaderLeft() : writeFault(error, 'standard output')
  }
}

/** Files and devices, such as /dev/full; not pipes, sockets and terminals, which take their time. */
function isFile(descriptor: number): boolean {
  const found = fstatSync(descriptor)
  return !found.isFIFO() && !found.isSocket() && process.stdout.isTTY !== true
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}

/** Prints the help and the version of `program` and its subcommands with `print`: returns what is still to be printed. */
export function collectHelp(program: Command): () => string {
  let text = ''
  const collect = (command: Command) => {
    command.configureOutput({
      writeOut: (part) => {
        text += part
      },
    })
    for (const inner of command.commands) collect(inner)
  }
  collect(program)
  return () => text
}

/**
 * Keeps a stream that can't be written from ending the process with a stack trace. Of stdout `print` tells; what is lost on
 * stderr, progress and messages, can't be told anywhere, and the work goes on. A file at its size limit (`ulimit -f`) is an
 * error to tell, not a reason to be killed.
 */
export function surviveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => undefined)
  }
  process.on('SIGXFSZ', () => undefined)
}
