import usaStates from 'usa-states'
import type { Question } from '../question/question.js'
import { isWord, relation } from './fact.js'

/** Capitals and postal abbreviations of the 50 US states, in both directions. */
export function stateQuestions(): Question[] {
  const states = new usaStates.UsaStates().states
    .filter(({ capital, territory }) => capital !== '' && !territory)
    .map(({ name, abbreviation, capital }) => ({ key: abbreviation, group: `state/${abbreviation}`, name, capital }))
  return [
    ...relation(
      'state-capital',
      states.map(({ key, group, name, capital }) => ({
        key,
        group,
        question: `What is the capital of the US state of ${name}?`,
        answers: capital.startsWith('Saint ') ? [capital, capital.replace('Saint', 'St.')] : [capital],
      })),
    ),
    ...relation(
      'state-capital-of',
      states
        .filter(({ name, capital }) => !capital.includes(name))
        .map(({ key, group, name, capital }) => ({
          key,
          group,
          question: `Which US state has ${capital} as its capital?`,
          answers: [name],
        })),
    ),
    ...relation(
      'state-abbreviation',
      states
        .filter(({ key }) => !isWord(key))
        .map(({ key, group, name }) => ({
          key,
          group,
          question: `What is the two-letter postal abbreviation of ${name}?`,
          answers: [key],
        })),
    ),
    ...relation(
      'state-abbreviation-of',
      states.map(({ key, group, name }) => ({
        key,
        group,
        question: `Which US state has the postal abbreviation ${key}?`,
        answers: [name],
      })),
    ),
  ]
}
