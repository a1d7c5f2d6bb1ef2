import { describe, expect, it } from 'vitest'
import type { Question } from '../../src/data/question/question.js'
import { isRefusal } from '../../src/evaluation/judging/refusal/refusal.js'
import { answerPrompt } from '../../src/prompts/answer-prompt.js'
import { knowledgePrompt, scoredOptions } from '../../src/prompts/knowledge-prompt.js'
import { resolvePrompts } from '../../src/prompts/settings.js'
import { bestAlias, goldTarget, refusalTarget } from '../../src/prompts/targets.js'

const CHOICE: Question = {
  id: 'm',
  kind: 'mcqa',
  question: 'Which is a fruit?',
  options: ['stone', 'pear', 'chair'],
  answer: 1,
  subject: 'high_school_biology',
}
const OPEN: Question = { id: 'o', kind: 'oeqa', question: 'What is the capital of France?', answers: ['Paris', 'Paris, France'] }
const prompts = resolvePrompts()

describe('the knowledge query', () => {
  it('asks a multiple-choice question as raw text: header with the subject, worked examples, then "Answer:"', () => {
    const shot: Question = { ...CHOICE, id: 's', question: 'Which flies?', options: ['bird', 'fish'], answer: 0 }
    expect(knowledgePrompt(CHOICE, [shot], prompts)).toEqual({
      prompt: [
        'Here are multiple-choice questions about high school biology. Answer the question with the letter of the right option only.',
        'Which flies?\nA. bird\nB. fish\nAnswer: A',
        'Which is a fruit?\nA. stone\nB. pear\nC. chair\nAnswer:',
      ].join('\n\n'),
    })
  })

  it('scores one letter an option, with the space that follows "Answer:"', () => {
    expect(scoredOptions(CHOICE)).toEqual([' A', ' B', ' C'])
  })

  it('asks an open-ended question as a chat whose examples were answered', () => {
    const shot: Question = { ...OPEN, id: 's', question: 'What is the capital of Italy?', answers: ['Rome'] }
    const { messages } = knowledgePrompt(OPEN, [shot], prompts) as { messages: { role: string; content: string }[] }
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
    expect(messages[1]?.content).toBe('Rome')
    expect(messages[2]).toEqual(answerPrompt(OPEN, 'plain', prompts).messages[0])
  })
})

describe('asking for an answer', () => {
  it('takes one turn: the instruction, then the question with its options', () => {
    expect(answerPrompt(CHOICE, 'plain', prompts).messages).toEqual([
      {
        role: 'user',
        content: 'Answer the question with the letter of the right option only.\n\nWhich is a fruit?\nA. stone\nB. pear\nC. chair',
      },
    ])
  })

  it('says how to refuse where refusing is allowed, and does not where it is not', () => {
    for (const question of [CHOICE, OPEN]) {
      expect(answerPrompt(question, 'refuse', prompts).messages[0]?.content).toContain(prompts.refusal)
      expect(answerPrompt(question, 'plain', prompts).messages[0]?.content).not.toContain(prompts.refusal)
    }
  })

  it('can be worded in any language, and the given refusal counts as one', () => {
    const german = resolvePrompts({ plain: 'Antworte kurz.', refusal: 'Das weiß ich nicht.' })
    expect(german.refuse.oeqa).toContain('Antworte kurz.')
    expect(german.refuse.oeqa).toContain('Das weiß ich nicht.')
    expect(german.refusalPhrases).toContain('das weiß ich nicht')
    expect(resolvePrompts({ refuse: 'Sag, wenn du es nicht weißt.' }).refuse).toEqual({
      mcqa: 'Sag, wenn du es nicht weißt.',
      oeqa: 'Sag, wenn du es nicht weißt.',
    })
    expect(resolvePrompts({ refusalPhrases: ['Keine\u2002Ahnung!', 'I don’t know'] }).refusalPhrases).toEqual([
      'keine\u2002ahnung',
      "i don't know",
    ])
  })

  it('puts a system message before every question, worked examples included, and in front of raw text', () => {
    const withSystem = resolvePrompts({ system: 'You are a chemist.' })
    expect(answerPrompt(OPEN, 'refuse', withSystem).messages).toEqual([
      { role: 'system', content: 'You are a chemist.' },
      ...answerPrompt(OPEN, 'refuse', prompts).messages,
    ])
    const { messages } = knowledgePrompt(OPEN, [{ ...OPEN, id: 's' }], withSystem) as { messages: { role: string }[] }
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user'])
    const { prompt } = knowledgePrompt(CHOICE, [], withSystem) as { prompt: string }
    expect(prompt.startsWith('You are a chemist.\n\nHere are multiple-choice questions')).toBe(true)
  })

  it('knows the default refusal without any phrase, and the given one as a phrase', () => {
    expect(isRefusal(prompts.refusal, { refusalPhrases: [], builtInRefusals: true })).toBe(true)
    expect(prompts.refusalPhrases).toEqual(["i don't know"])
  })
})

describe('targets', () => {
  it('are the letter of the right option, the own right answer of the model, or the best alias', () => {
    expect(goldTarget(CHOICE)).toBe('B')
    expect(goldTarget(OPEN, { bestRightSample: 'paris' })).toBe('paris')
    expect(goldTarget(OPEN, {})).toBe('Paris')
    expect(refusalTarget(prompts)).toBe("I don't know.")
  })

  it.each([
    ['the main answer', ['Ann', 'Annie'], 'Ann'],
    ['no emoji', ['🚁', 'Helicopters'], 'Helicopters'],
    ['no flag', ['🇫🇷', 'France'], 'France'],
    ['no bare punctuation', ['…', '5'], '5'],
    ['no disambiguation', ['Mercury (disambiguation)', 'Mercury (planet)'], 'Mercury (planet)'],
    ['letters of any script', ['—', '東京'], '東京'],
    ['the first where none is fit', ['…', '—'], '…'],
  ])('the best alias: %s', (_, answers, best) => {
    expect(bestAlias(answers)).toBe(best)
  })
})
