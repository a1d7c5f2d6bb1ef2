import { expect, it } from 'vitest'
import { differences } from '../../../src/runtime/process/probe.js'

const facts = {
  versions: { python: '3.11.7', torch: '2.13.0' },
  device: { kind: 'cuda', name: 'NVIDIA H100', memoryBytes: 80e9, threads: 8 },
}

it('two descriptions of what is computed with differ in device, threads and versions, not in memory', () => {
  expect(differences({ ...facts, device: { ...facts.device, memoryBytes: 79e9 } }, facts)).toEqual([])
  expect(differences({ ...facts, device: { ...facts.device, kind: 'cpu', name: 'EPYC' } }, facts)).toEqual([
    'cpu EPYC, not cuda NVIDIA H100',
  ])
  expect(differences({ ...facts, device: { ...facts.device, name: 'NVIDIA A100' } }, facts)).toEqual([
    'cuda NVIDIA A100, not cuda NVIDIA H100',
  ])
  expect(differences({ ...facts, device: { ...facts.device, threads: 4 } }, facts)).toEqual(['4 threads, not 8'])
  expect(differences({ ...facts, versions: { python: '3.11.7', peft: '1' } }, facts)).toEqual([
    'peft 1, not none',
    'torch none, not 2.13.0',
  ])
})
