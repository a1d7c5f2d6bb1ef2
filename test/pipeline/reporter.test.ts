import { describe, expect, it } from 'vitest'
import { fullReporter, labelled } from '../../src/pipeline/reporter.js'

describe('a reporter', () => {
  it('may listen to one thing alone', () => {
    const heard: string[] = []
    const reporter = labelled(fullReporter({ warning: (message) => heard.push(message) }), 'craft, seed 2')
    reporter.stageStarted('tuning', 'on 10 questions')
    reporter.warning('a sample was left out')
    expect(heard).toEqual(['craft, seed 2: a sample was left out'])
  })

  it('may be an instance of a class, whose methods keep their object, under a label too', () => {
    class Counter {
      notes = 0
      steps = 0
      note() {
        this.notes += 1
      }
      stageProgress() {
        this.steps += 1
      }
    }
    const counter = new Counter()
    const labelledCounter = labelled(counter, 'seed 2')
    labelledCounter.note('x')
    labelledCounter.stageProgress('tuning', { done: 1, total: 2, unit: 'steps' })
    expect(counter).toMatchObject({ notes: 1, steps: 1 })
  })
})
