import { describe, expect, it } from 'vitest'
import { pipError } from '../../../src/runtime/installers/pip.js'
import { sourceSettings } from '../../../src/runtime/installers/pip-env.js'
import { pipEvent } from '../../../src/runtime/installers/pip-output.js'

describe('reading pip', () => {
  it('counts a package that is collected from an index and one that lies in a configured folder', () => {
    expect(pipEvent('Collecting huggingface-hub==2.4.0 (from -r runtime.txt (line 12))')).toEqual({
      kind: 'package',
      name: 'huggingface-hub',
    })
    expect(pipEvent('Processing /some/where/annotated_types-0.8.0-py3-none-any.whl (from -r runtime.txt (line 10))')).toEqual({
      kind: 'package',
      name: 'annotated-types',
    })
  })

  it('does not count a package that this machine does not need', () => {
    expect(pipEvent(`Ignoring colorama: markers 'sys_platform == "win32"' don't match your environment`)).toEqual({ kind: 'skipped' })
  })

  it('tells a download and its size', () => {
    expect(pipEvent('  Downloading torch-2.13.0-cp312-cp312-manylinux_2_28_x86_64.whl (899.7 MB)')).toEqual({
      kind: 'detail',
      text: 'downloading torch (899.7 MB)',
    })
    expect(pipEvent('  Using cached gguf-0.19.0-py3-none-any.whl (114 kB)')).toEqual({ kind: 'detail', text: 'cached gguf (114 kB)' })
  })

  it('makes nothing of other lines', () => {
    expect(pipEvent('Requirement already satisfied: jinja2 in /x')).toBeUndefined()
    expect(pipEvent('')).toBeUndefined()
  })
})

describe('an error of pip', () => {
  it('carries pip’s own words, without the noise', () => {
    const error = pipError('PyTorch', 'exit 1', [
      'Ignoring tomli: markers',
      'Collecting torch',
      'ERROR: No matching distribution found for torch==2.13.0',
    ])
    expect(error.code).toBe('setup_failed')
    expect(error.message).toBe('pip could not install PyTorch (exit 1):\nERROR: No matching distribution found for torch==2.13.0')
    expect(error.details['output']).toBe('Collecting torch\nERROR: No matching distribution found for torch==2.13.0')
    expect(error.hint).toContain('network')
  })

  it('keeps the last thirty lines', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`)
    const output = String(pipError('x', 'exit 2', lines).details['output']).split('\n')
    expect([output.length, output[0], output.at(-1)]).toEqual([30, 'line 70', 'line 99'])
  })

  it.each([
    ['OSError: [Errno 28] No space left on device', 'disk space'],
    ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.', 'pip config list'],
    ['SSLError(SSLCertVerificationError(1, "certificate verify failed"))', 'PIP_CERT'],
    ['something else', 'GRAIT_PYTHON'],
  ])('says what to do about %s', (line, advice) => {
    expect(pipError('x', 'exit 1', [line]).hint).toContain(advice)
  })
})

describe('what pip is configured with', () => {
  it('keeps where packages come from, and drops where they would go', () => {
    const listed = [
      "global.index-url='https://mirror/simple'",
      "global.target='/elsewhere'",
      "install.prefix='/usr/local'",
      "install.user='true'",
      ":env:.cert='/etc/ca.pem'",
    ].join('\n')
    expect(sourceSettings(listed)).toEqual({ PIP_INDEX_URL: 'https://mirror/simple', PIP_CERT: '/etc/ca.pem' })
  })

  it('lets a section for install count more than the global one, and a variable more than both', () => {
    const [env, install, global] = [":env:.proxy='c'", "install.proxy='b'", "global.proxy='a'"]
    expect(sourceSettings([install, global].join('\n'))).toEqual({ PIP_PROXY: 'b' })
    expect(sourceSettings([env, install, global].join('\n'))).toEqual({ PIP_PROXY: 'c' })
  })

  it('reads values of several lines, and with quotes inside', () => {
    expect(sourceSettings("global.extra-index-url='https://a\\nhttps://b'")).toEqual({ PIP_EXTRA_INDEX_URL: 'https://a\nhttps://b' })
    expect(sourceSettings(`global.find-links="/it's/here"`)).toEqual({ PIP_FIND_LINKS: "/it's/here" })
  })
})
