import { currencies as table } from 'countries-list/currencies'
import type { Question } from '../question/question.js'
import type { Country } from './countries.js'
import { type Fact, folded, relation, withUniqueClue } from './fact.js'

// Units of account, metals, test codes, and currencies of a few special uses.
const LEFT_OUT = new Set(
  'BOV CHE CHW CLF COU MXV USN USS UYI UYW VED XAD XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX ANG SLL SVC'.split(' '),
)

/** Names, the usual one first, if the table's name is not the usual one or not the only one. */
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

// So many countries have their own that the word alone is ambiguous.
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
}

/** The country of a currency, for currencies with their own short name that are used in one country and do not contain its name. */
export function currencyQuestions(countries: readonly Country[]): Question[] {
  const currencies = Object.keys(table)
    .filter((code) => !LEFT_OUT.has(code))
    .map(
      (code): Currency => ({ code, names: currencyNames(code), users: countries.filter((country) => country.currencies.includes(code)) }),
    )
  return relation('currency-of', withUniqueClue(currencies, (currency) => [shortName(currency)]).flatMap(countryOfCurrency))
}

function countryOfCurrency(currency: Currency): Fact[] {
  const [user, ...others] = currency.users
  const clue = shortName(currency)
  if (user === undefined || others.length > 0 || user.names.some((name) => folded(name).includes(folded(clue)))) return []
  const question = `Which country has a currency called the ${clue}?`
  return [{ key: currency.code, group: `country/${user.code}`, question, answers: user.names }]
}

function shortName({ names: [name = ''] }: Currency): string {
  return name.split(' ').at(-1) as string
}
