import { randomUUID } from 'node:crypto'
import { execa } from 'execa'
import { expect } from 'vitest'

/** A real terminal, by tmux: keys go in, the screen is read. */
export class Terminal {
  readonly #server = `grait-${randomUUID().slice(0, 8)}`

  /** Run `command` in a new terminal of 120 x 50; it stays open after the command has ended. */
  static async open(command: string, env: Record<string, string>): Promise<Terminal> {
    const terminal = new Terminal()
    const set = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
    await terminal.#tmux('new-session', '-d', '-x', '120', '-y', '50', ...set, '-s', 'only', `${command}; echo "exit status $?"; sleep 600`)
    return terminal
  }

  /** Type a line and press Enter. */
  async type(line: string): Promise<void> {
    await this.#tmux('send-keys', '-t', 'only', '-l', line)
    await this.press('Enter')
  }

  /** Press keys by tmux's names: C-c, Tab, Up. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux('send-keys', '-t', 'only', ...keys)
  }

  /** What stands on the screen and above it. */
  async screen(): Promise<string> {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-500', '-t', 'only')
  }

  /** Wait until the screen matches. */
  async shows(pattern: RegExp, timeoutMs = 30_000): Promise<void> {
    const end = performance.now() + timeoutMs
    while (!pattern.test(await this.screen())) {
      if (performance.now() > end) expect(await this.screen()).toMatch(pattern)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => undefined)
  }

  async #tmux(...args: string[]): Promise<string> {
    return (await execa('tmux', ['-L', this.#server, '-f', '/dev/null', ...args])).stdout
  }
}
