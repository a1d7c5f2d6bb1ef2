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

  it('may be an instance of a class, whose methods keep their object', () => {
    class Counter {
      notes = 0
      note() {
        this.notes += 1
      }
    }
    const counter = new Counter()
    fullReporter(counter).note('x')
    expect(counter.notes).toBe(1)
  })
})
