import { currencies as table } from 'countries-list/currencies'
import type { Question } from '../question.js'
import type { Country } from './countries.js'
import { folded, isWord, relation, withUniqueClue } from './fact.js'

// Units of account, metals, test codes, and currencies of a few special uses.
const LEFT_OUT = new Set(
  'BOV CHE CHW CLF COU MXV USN USS UYI UYW VED XAD XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX ANG SLL SVC'.split(' '),
)

/** Names, the usual one first, where the table's is not the usual one or not the only one. */
const NAMES: Record<string, string[]> = {
  BAM: ['Bosnia and Herzegovina convertible mark', 'convertible mark', 'Bosnian mark', 'mark'],
  BMD: ['Bermudian dollar', 'Bermudan dollar'],
  BWP: ['Botswana pula', 'pula'],
  CNY: ['Chinese yuan', 'yuan', 'renminbi', 'RMB'],
  CRC: ['Costa Rican colón', 'colón'],
  CZK: ['Czech koruna', 'koruna', 'Czech crown'],
  DKK: ['Danish krone', 'krone', 'kroner'],
  EUR: ['euro', 'euros'],
  GBP: ['British pound', 'pound sterling', 'pound', 'sterling'],
  ILS: ['Israeli new shekel', 'shekel', 'new shekel', 'Israeli shekel'],
  KGS: ['Kyrgyzstani som', 'Kyrgyz som', 'som'],
  MNT: ['Mongolian tögrög', 'tögrög', 'tugrik', 'Mongolian tugrik'],
  NOK: ['Norwegian krone', 'krone', 'kroner'],
  PLN: ['Polish złoty', 'złoty', 'Polish zloty', 'zloty'],
  RUB: ['Russian ruble', 'ruble', 'rouble', 'Russian rouble'],
  SEK: ['Swedish krona', 'krona', 'kronor'],
  SHP: ['Saint Helena pound', 'St. Helena pound'],
  STN: ['São Tomé and Príncipe dobra', 'dobra'],
  SZL: ['Swazi lilangeni', 'lilangeni', 'emalangeni'],
  TOP: ["Tongan pa'anga", "pa'anga", 'paanga'],
  TTD: ['Trinidad and Tobago dollar'],
  TWD: ['New Taiwan dollar', 'Taiwan dollar', 'Taiwanese dollar'],
  USD: ['US dollar', 'United States dollar', 'American dollar', 'U.S. dollar', 'dollar'],
  XAF: ['Central African CFA franc', 'CFA franc'],
  XCG: ['Caribbean guilder', 'guilder'],
  XOF: ['West African CFA franc', 'CFA franc'],
  XPF: ['CFP franc', 'Pacific franc'],
  ZWG: ['Zimbabwe Gold', 'ZiG'],
}

// So many countries have one of their own that the bare word says too little.
const TOO_COMMON_ALONE = new Set(['dollar', 'pound', 'franc'])

/** Names of a currency, the usual one first: "Japanese yen", "yen". */
export function currencyNames(code: string): string[] {
  const known = NAMES[code]
  if (known !== undefined) return known
  const words = (table as Record<string, { name: string }>)[code]?.name.split(' ') ?? [code]
  const short = (words.at(-1) as string).toLowerCase()
  const full = [...words.slice(0, -1), short].join(' ')
  return TOO_COMMON_ALONE.has(short) && code !== 'CHF' ? [full] : [full, short]
}

interface Currency {
  code: string
  names: string[]
  users: Country[]
  group: string
}

/** Currency codes both ways, and the country of a currency whose name gives no country away. */
export function currencyQuestions(countries: readonly Country[]): Question[] {
  const currencies = Object.keys(table)
    .filter((code) => !LEFT_OUT.has(code))
    .map((code): Currency => {
      const users = countries.filter((country) => country.currencies.includes(code))
      const only = users.length === 1 ? users[0] : undefined
      return { code, names: currencyNames(code), users, group: only === undefined ? `currency/${code}` : `country/${only.code}` }
    })
  return [
    ...relation(
      'currency-code',
      currencies
        .filter(({ code }) => !isWord(code))
        .map(({ code, names, group }) => ({
          key: code,
          group,
          question: `What is the three-letter ISO code of the ${names[0]}?`,
          answers: [code],
        })),
    ),
    ...relation(
      'currency-code-of',
      currencies.map(({ code, names, group }) => ({
        key: code,
        group,
        question: `Which currency has the ISO code ${code}?`,
        answers: names,
      })),
    ),
    ...relation(
      'currency-of',
      countriesByCurrency(currencies).map(({ code, clue, user, group }) => ({
        key: code,
        group,
        question: `Which country has a currency called the ${clue}?`,
        answers: user.names,
      })),
    ),
  ]
}

/** Currencies with a short name that no other currency has, used in one country only, which the name does not hold. */
function countriesByCurrency(currencies: readonly Currency[]): { code: string; clue: string; user: Country; group: string }[] {
  const lastWord = ({ names }: Currency) => names[0]?.split(' ').at(-1) as string
  return withUniqueClue(currencies, (currency) => [lastWord(currency)]).flatMap((currency) => {
    const [user, ...others] = currency.users
    const clue = lastWord(currency)
    if (user === undefined || others.length > 0 || user.names.some((name) => folded(name).includes(folded(clue)))) return []
    return [{ code: currency.code, clue, user, group: currency.group }]
  })
}
