import { describe, expect, it } from 'vitest'
import { knowledgeFlow } from '../../src/knowledge/flow.js'

describe('knowledge flow', () => {
  it('tells whether correctness rose, fell or stayed from the initial to the rehearsed model', () => {
    expect(knowledgeFlow(0.2, 0.3)).toBe('rose')
    expect(knowledgeFlow(0.3, 0.3)).toBe('same')
    expect(knowledgeFlow(0.3, 0.2)).toBe('fell')
  })
})
