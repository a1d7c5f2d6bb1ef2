import { continents, type ICountry, type TContinentCode, countries as table } from 'countries-list'
import { saintForms } from './fact.js'

/** A country or inhabited territory, with the facts that questions are made from. */
export interface Country {
  /** ISO 3166-1 alpha-2 */
  code: string
  /** The name as used in a sentence: "France", "the Netherlands". */
  inSentence: string
  /** The name and its alternatives, the name first. */
  names: string[]
  /** The capital and other correct answers; empty if it is disputed or there is no single answer. */
  capitals: string[]
  continents: string[]
  /** ISO 639-1, the official languages (main ones first). */
  languages: string[]
  /** ISO 4217, the main one first. */
  currencies: string[]
  /** Digits after the plus sign. */
  callingCodes: string[]
}

// Excluded: (nearly) uninhabited, without their own capital and population, or not a single entity.
const LEFT_OUT = new Set(['AC', 'AQ', 'BQ', 'BV', 'GS', 'HM', 'IO', 'SJ', 'TA', 'TF', 'UM'])

const WITH_ARTICLE = new Set('AE BS CC CD CF CG CK CZ DO FK FM FO GM IM KM KY MH MP MV NL PH PN SB SC TC US GB VG VI'.split(' '))

/** Names that the table writes without accents or in a form that is less common in English. */
const NAMES: Record<string, string> = {
  AX: 'Åland',
  BL: 'Saint Barthélemy',
  CV: 'Cape Verde',
  CW: 'Curaçao',
  CZ: 'Czech Republic',
  FM: 'Federated States of Micronesia',
  MO: 'Macau',
  RE: 'Réunion',
  ST: 'São Tomé and Príncipe',
  TR: 'Turkey',
}

const OTHER_NAMES: Record<string, string[]> = {
  AX: ['Åland Islands', 'Aland'],
  CD: ['Congo'],
  CG: ['Congo', 'Congo Republic'],
  CI: ["Côte d'Ivoire"],
  CN: ["People's Republic of China"],
  CV: ['Cabo Verde'],
  CZ: ['Czechia'],
  FK: ['Malvinas'],
  FM: ['Micronesia'],
  GB: ['England'],
  IE: ['Republic of Ireland'],
  IM: ['Mann'],
  KR: ['Korea'],
  MF: ['St. Martin'],
  MK: ['Republic of North Macedonia'],
  MO: ['Macao'],
  TL: ['Timor-Leste'],
  TR: ['Türkiye'],
  TW: ['Republic of China'],
  VI: ['US Virgin Islands', 'United States Virgin Islands'],
}

/** Other spellings of capitals, or several capitals. An empty list: the capital is disputed, or there is none. */
const CAPITALS: Record<string, string[]> = {
  BI: ['Gitega'],
  BJ: ['Porto-Novo'],
  BO: ['Sucre', 'La Paz'],
  EH: [],
  HK: [],
  IL: [],
  KI: ['South Tarawa', 'Tarawa'],
  KZ: ['Astana', 'Nur-Sultan'],
  LK: ['Sri Jayawardenepura Kotte', 'Colombo', 'Kotte'],
  LU: ['Luxembourg City', 'Luxembourg'],
  MM: ['Naypyidaw', 'Nay Pyi Taw'],
  MN: ['Ulaanbaatar', 'Ulan Bator'],
  MP: ['Saipan', 'Capitol Hill'],
  MS: ['Plymouth', 'Brades'],
  MY: ['Kuala Lumpur', 'Putrajaya'],
  NR: ['Yaren', 'Yaren District'],
  PS: [],
  SM: ['San Marino', 'City of San Marino'],
  SZ: ['Mbabane', 'Lobamba'],
  TK: [],
  TL: ['Dili'],
  UA: ['Kyiv', 'Kiev'],
  US: ['Washington, D.C.', 'Washington', 'Washington DC'],
  YE: ["Sana'a", 'Sanaa'],
  ZA: ['Pretoria', 'Cape Town', 'Bloemfontein'],
}

/** Corrections for countries for which the table's single continent is not the only correct answer, or its several are too many. */
const CONTINENTS: Record<string, TContinentCode[]> = {
  AM: ['AS', 'EU'],
  CC: ['AS', 'OC'],
  CX: ['AS', 'OC'],
  CY: ['EU', 'AS'],
  DK: ['EU'],
  RU: ['EU', 'AS'],
  TL: ['AS', 'OC'],
}

const CONTINENT_ALIASES: Partial<Record<TContinentCode, string[]>> = { OC: ['Oceania', 'Australasia'] }

// The table also lists languages that are spoken but not official. Empty: recently changed, or disputed.
const LANGUAGES: Record<string, string[]> = {
  AM: ['hy'],
  AW: ['nl', 'pap'],
  BF: [],
  CH: ['de', 'fr', 'it', 'rm'],
  CK: ['en', 'rar'],
  CW: ['pap', 'nl', 'en'],
  CY: ['el', 'tr'],
  DZ: ['ar', 'ber'],
  EH: [],
  FJ: ['en', 'fj', 'hi'],
  GN: ['fr'],
  GQ: ['es', 'fr', 'pt'],
  GU: ['en', 'ch'],
  JE: ['en', 'fr'],
  KI: ['en', 'gil'],
  KM: ['ar', 'fr', 'zdj'],
  LB: ['ar'],
  MA: ['ar', 'ber'],
  MD: ['ro', 'mo'],
  ME: ['cnr', 'sr', 'bs', 'sq', 'hr'],
  MF: ['fr'],
  MK: ['mk', 'sq'],
  ML: [],
  MP: ['en', 'ch'],
  NE: [],
  NU: ['niu', 'en'],
  PE: ['es', 'qu', 'ay'],
  PG: ['en', 'tpi', 'ho'],
  PW: ['pau', 'en'],
  SC: ['crs', 'en', 'fr'],
  SN: ['fr'],
  TJ: ['tg'],
  TK: ['tkl', 'en'],
  TL: ['pt', 'tet'],
  TM: ['tk'],
  TV: ['tvl', 'en'],
  UZ: ['uz'],
}

// Empty: several foreign currencies in parallel, or disputed.
const CURRENCIES: Record<string, string[]> = { EH: [], SV: ['USD'], ZW: [] }

/** Units of account and the like, not used for payments. */
const ACCOUNTING_ONLY = new Set(['BOV', 'CHE', 'CHW', 'CLF', 'USN', 'UYI'])

// 0 or several codes that the table joins with those of neighbours, or that are assigned but not in use.
const CALLING_CODES: Record<string, string[]> = { CW: ['599'], EH: [], VA: [], XK: ['383'] }

/** Every country and territory of the atlas, in the order of the table. */
export function allCountries(): Country[] {
  return Object.entries(table)
    .filter(([code]) => !LEFT_OUT.has(code))
    .map(([code, entry]) => country(code, entry))
}

function country(code: string, entry: ICountry): Country {
  const name = NAMES[code] ?? entry.name
  const continentCodes = CONTINENTS[code] ?? [...new Set([entry.continent, ...(entry.continents ?? [])])]
  return {
    code,
    inSentence: WITH_ARTICLE.has(code) ? `the ${name}` : name,
    names: [name, entry.name, ...(entry.alias ?? []), ...(OTHER_NAMES[code] ?? [])]
      .flatMap(saintForms)
      .filter((text) => !text.includes('(')),
    capitals: (CAPITALS[code] ?? [entry.capital].filter((capital) => capital !== '')).flatMap(saintForms),
    continents: [
      ...continentCodes.flatMap((continent) => CONTINENT_ALIASES[continent] ?? [continents[continent]]),
      ...(code === 'AU' ? ['Australia'] : []),
    ],
    languages: LANGUAGES[code] ?? entry.languages,
    currencies: CURRENCIES[code] ?? entry.currency.filter((currency) => !ACCOUNTING_ONLY.has(currency)),
    callingCodes: CALLING_CODES[code] ?? entry.phone.map(String),
  }
}
