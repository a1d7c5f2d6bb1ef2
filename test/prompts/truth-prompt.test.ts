import { expect, it } from 'vitest'
import { resolvePrompts } from '../../src/prompts/settings.js'
import { truthPrompt } from '../../src/prompts/truth-prompt.js'

it('P(True) shows the question, what was drawn, each on a line of its own, and the proposed answer before the choice', () => {
  const question = { kind: 'oeqa' as const, question: 'Which city?' }
  const { messages } = truthPrompt(question, 'Rome', ['Rome', 'Oslo\nor not'], resolvePrompts({ system: 'Be brief.' }))
  expect(messages[0]).toEqual({ role: 'system', content: 'Be brief.' })
  const lines = messages[1]?.content.split('\n')
  expect(lines).toContain('- Oslo or not')
  expect(lines?.indexOf('Proposed answer: Rome')).toBeGreaterThan(lines?.indexOf('- Rome') as number)
  expect(lines?.slice(-2)).toEqual(['A. true', 'B. false'])
  expect(truthPrompt(question, 'Rome', [], resolvePrompts()).messages[0]?.content).not.toContain('came to mind')
})
