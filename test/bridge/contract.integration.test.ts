import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { operations } from '../../src/bridge/contract.js'
import { contractHash, type NormalOperation, normalisedHeaders, normalisedOperations, normalType } from '../../src/bridge/schema.js'

interface PythonContract {
  hash: string
  operations: Record<string, NormalOperation>
  headers: Record<string, unknown>
}

const python = readPythonContract()

function readPythonContract(): PythonContract {
  const interpreter = inject('python')
  const PYTHONPATH = fileURLToPath(new URL('../../py_runtime', import.meta.url))
  const printed = execFileSync(interpreter, ['-m', 'grait_runtime.schema'], { env: { ...process.env, PYTHONPATH }, encoding: 'utf8' })
  return JSON.parse(printed) as PythonContract
}

describe('the contract of both sides', () => {
  it('names the same operations', () => {
    expect(Object.keys(python.operations).sort()).toEqual(Object.keys(operations).sort())
  })

  it.each(Object.entries(normalisedOperations()))('has the same fields of the same types in %s', (name, operation) => {
    expect(python.operations[name]).toEqual(operation)
  })

  it('has the same message headers', () => {
    expect(python.headers).toEqual(normalisedHeaders())
  })

  it('has the same hash', () => {
    expect(python.hash).toBe(contractHash())
  })
})

describe('a difference between the sides is seen', () => {
  const { request } = operations.generate
  const cases: [string, z.ZodType][] = [
    ['a field is added', request.extend({ topK: z.int() })],
    ['a field is missing', request.omit({ stop: true })],
    ['a field has another name', request.omit({ maxTokens: true }).extend({ max_tokens: request.shape.maxTokens })],
    ['a field has another type', request.extend({ temperature: z.string() })],
    ['a count may be negative', request.extend({ samples: z.int() })],
    ['null is accepted', request.extend({ seed: request.shape.seed.nullable() })],
    ['null is refused', request.extend({ tokenBudget: z.int().min(0) })],
    ['a nested field has another type', request.extend({ items: z.array(z.strictObject({ id: z.int() })) })],
  ]
  it.each(cases)('when %s', (_, changed) => {
    expect(normalType(changed)).not.toEqual(python.operations['generate']?.request)
  })

  it('when a word joins or leaves an enum', () => {
    const { dtype } = operations.loadModel.request.shape
    expect(normalType(z.enum([...dtype.options, 'int8']))).not.toEqual(normalType(dtype))
    expect(normalType(dtype.exclude(['auto']))).not.toEqual(normalType(dtype))
  })

  it('when an empty object becomes a map', () => {
    expect(normalType(z.record(z.string(), z.unknown()))).not.toEqual(normalType(z.strictObject({})))
  })

  it.each([
    ['an optional field', z.strictObject({ stop: z.string().optional() })],
    ['a length limit', z.string().min(1)],
    ['a bound other than 0', z.int().min(1)],
    ['a pattern', z.string().regex(/a/)],
    ['an object with any other fields', z.looseObject({ id: z.string() })],
    ['an object that drops other fields', z.object({ id: z.string() })],
  ])('when %s is asked for, which both sides cannot say alike: that is refused', (_, schema) => {
    expect(() => normalType(schema)).toThrow(/cannot say|optional/)
  })
})
