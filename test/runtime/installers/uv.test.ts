import { describe, expect, it } from 'vitest'
import { DownloadRate } from '../../../src/runtime/installers/download-rate.js'
import { pipBytes, pipEvent, tellsBytes } from '../../../src/runtime/installers/pip-output.js'
import { uvSources } from '../../../src/runtime/installers/uv-env.js'
import { uvEvent, wouldInstallCpuBuild } from '../../../src/runtime/installers/uv-output.js'

describe('reading uv', () => {
  it('tells packages, downloads and their sizes', () => {
    expect(uvEvent(' + huggingface-hub==2.4.0')).toEqual({ kind: 'package', name: 'huggingface-hub' })
    expect(uvEvent('Downloading torch (175.3MiB)')).toEqual({ kind: 'detail', text: 'downloading torch (175.3 MiB)' })
    expect(uvEvent('Resolved 49 packages in 612ms')).toBeUndefined()
  })

  it('sees which build of PyTorch would come', () => {
    expect(wouldInstallCpuBuild('Would install 1 package\n + torch==2.13.0+cpu')).toBe(true)
    expect(wouldInstallCpuBuild('Would install 1 package\n + torch==2.13.0')).toBe(false)
  })
})

describe('where uv looks', () => {
  it('is where pip is configured to look', () => {
    const pip = {
      PIP_INDEX_URL: 'https://mirror/simple',
      PIP_EXTRA_INDEX_URL: 'https://a https://b',
      PIP_FIND_LINKS: '/wheels',
      PIP_TRUSTED_HOST: 'mirror',
      PIP_CERT: '/ca.pem',
      PIP_PROXY: 'http://p',
    }
    const { env, args } = uvSources(pip, { PATH: '/bin' })
    const extra = '--index https://a --index https://b --find-links /wheels --allow-insecure-host mirror'
    expect(args.join(' ')).toBe(`--default-index https://mirror/simple ${extra}`)
    expect(env).toMatchObject({ PATH: '/bin', SSL_CERT_FILE: '/ca.pem', HTTPS_PROXY: 'http://p' })
  })

  it('is where its own variables say, and nowhere that they lead an installation to', () => {
    const { env, args } = uvSources({ PIP_INDEX_URL: 'x' }, { UV_DEFAULT_INDEX: 'y', UV_SYSTEM_PYTHON: '1', UV_TARGET: '/z' })
    expect(args).toEqual([])
    expect(env).toMatchObject({ UV_DEFAULT_INDEX: 'y' })
    for (const name of ['UV_SYSTEM_PYTHON', 'UV_TARGET']) expect(env).not.toHaveProperty(name)
  })
})

describe('a download of pip', () => {
  it('tells bytes, rate and time left', () => {
    let now = 0
    const rate = new DownloadRate(() => now)
    rate.begun(pipEvent('  Downloading torch-2.13.0-cp312-cp312-manylinux_2_28_x86_64.whl (899.7 MB)'))
    now = 10_000
    expect(pipBytes('Progress 120000000 of 900000000')).toEqual({ done: 120e6, total: 900e6 })
    expect(rate.words(120e6, 900e6)).toBe('downloading torch: 120.0 MB of 900.0 MB, 12.0 MB/s, 1 min 5 s left')
  })

  it('is asked for only from a pip that knows how', () => {
    const versions = ['pip 23.2.1 from /x', 'pip 24.0 from /x', 'pip 24.1 from /x', 'pip 26.0 from /x', '']
    expect(versions.map(tellsBytes)).toEqual([false, false, true, true, false])
  })
})
