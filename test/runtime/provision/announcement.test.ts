import { expect, it } from 'vitest'
import { announcement } from '../../../src/runtime/provision/announcement.js'
import { SetupSteps } from '../../../src/runtime/provision/setup-steps.js'

function said(follow: (steps: SetupSteps) => void): string[] {
  const lines: string[] = []
  follow(
    new SetupSteps(
      3,
      announcement('/home/me/.cache/grait/runtime/abc', 'cpu', (line) => lines.push(line)),
    ),
  )
  return lines
}

it('a set-up that nobody follows says once what it installs, where and how large it is, and when it is ready', () => {
  const lines = said((steps) => {
    steps.begin('environment', 'Python 3.12.1')
    steps.begin('PyTorch')
    steps.detail('torch 200 MB')
    steps.finish()
  })
  expect(lines).toEqual([
    expect.stringMatching(/installs its Python environment in \/home\/me\/\.cache\/grait\/runtime\/abc \(up to 2\.5 GB, a few minutes/),
    'grait: the Python environment is ready',
  ])
})

it('a set-up that waits for another process says so, and does not say that it installs', () => {
  const lines = said((steps) => {
    steps.begin('waiting', 'another process is setting up the same environment', false)
    steps.finish()
  })
  expect(lines).toEqual(['grait waits: another process is setting up the same environment', 'grait: the Python environment is ready'])
})
