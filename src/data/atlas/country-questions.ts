import type { Question } from '../question/question.js'
import type { Country } from './countries.js'
import { currencyNames } from './currencies.js'
import { type Fact, folded, relation, withUniqueClue } from './fact.js'
import { languageNames } from './languages.js'

/** Capital, continent (of country and capital), language, currency and calling code; capital and calling code also in reverse. */
export function countryQuestions(countries: readonly Country[]): Question[] {
  const about = (list: readonly Country[], ask: (country: Country) => Pick<Fact, 'question' | 'answers'> | undefined): Fact[] =>
    list.flatMap((country) => {
      const asked = ask(country)
      return asked === undefined || asked.answers.length === 0 ? [] : [{ key: country.code, group: `country/${country.code}`, ...asked }]
    })
  const tellingCapitals = withUniqueClue(
    countries.filter(({ capitals }) => capitals.length > 0),
    ({ capitals }) => capitals,
  ).filter((country) => !namesItsCapital(country))
  return [
    ...relation(
      'capital',
      about(countries, ({ inSentence, capitals }) => ({ question: `What is the capital of ${inSentence}?`, answers: capitals })),
    ),
    ...relation(
      'capital-of',
      about(tellingCapitals, ({ names, capitals }) => ({
        question: `Which country or territory has ${capitals[0]} as its capital?`,
        answers: names,
      })),
    ),
    ...relation(
      'continent',
      about(countries, ({ inSentence, continents }) => ({
        question: `In which continent ${/Islands$/.test(inSentence) ? 'are' : 'is'} ${inSentence} located?`,
        answers: continents,
      })),
    ),
    ...relation(
      'capital-continent',
      about(tellingCapitals, ({ capitals: [capital = ''], continents }) => ({
        question: `In which continent is ${/ (City|Town|Cove|Island)$/.test(capital) ? '' : 'the city of '}${capital} located?`,
        answers: continents,
      })),
    ),
    ...relation(
      'language',
      about(countries, ({ inSentence, languages }) => ({
        question: `What is an official language of ${inSentence}?`,
        answers: languages.flatMap(languageNames),
      })),
    ),
    ...relation(
      'currency',
      about(countries, ({ inSentence, currencies }) => ({
        question: `What is the currency of ${inSentence}?`,
        answers: currencies.flatMap(currencyNames),
      })),
    ),
    ...relation(
      'calling-code',
      about(countries, ({ inSentence, callingCodes }) => ({
        question: `What is the international calling code of ${inSentence}?`,
        answers: callingCodes.flatMap(writtenCallingCode),
      })),
    ),
    ...relation(
      'calling-code-of',
      about(
        withUniqueClue(countries, ({ callingCodes }) => callingCodes),
        ({ names, callingCodes: [code] }) =>
          code === undefined
            ? undefined
            : { question: `Which country or territory has the international calling code ${writtenCallingCode(code)[0]}?`, answers: names },
      ),
    ),
  ]
}

/** Singapore, Mexico City: the question would contain its answer. */
function namesItsCapital({ names: [name = ''], capitals }: Country): boolean {
  return capitals.some((capital) => folded(capital).includes(folded(name)) || folded(name).includes(folded(capital)))
}

/** Numbers of the North American plan are written +1-268; others +33. */
function writtenCallingCode(digits: string): string[] {
  return /^1\d{3}$/.test(digits) ? [`+1-${digits.slice(1)}`, `+1 ${digits.slice(1)}`, digits, digits.slice(1)] : [`+${digits}`, digits]
}
