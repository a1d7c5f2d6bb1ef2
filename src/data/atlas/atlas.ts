import type { Question } from '../question/question.js'
import { allCountries } from './countries.js'
import { countryQuestions } from './country-questions.js'
import { currencyQuestions } from './currencies.js'
import { elementQuestions } from './elements.js'
import { stateQuestions } from './states.js'

/**
 * The embedded data set: short factual questions about countries, currencies, US states and chemical elements,
 * made from fact tables (docs/atlas.md). `subject` is the relation, `group` the entity. Always the same, in the same order.
 */
export function atlasQuestions(): Question[] {
  const countries = allCountries()
  return [...countryQuestions(countries), ...currencyQuestions(countries), ...stateQuestions(), ...elementQuestions()]
}
