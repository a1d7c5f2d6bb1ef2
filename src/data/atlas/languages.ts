import { languages as table } from 'countries-list'
import type { Question } from '../question.js'
import { isWord, relation, withUniqueClue } from './fact.js'

// Doubled, withdrawn or artificial entries of the table, and language families.
const LEFT_OUT = new Set(['bh', 'cu', 'mo', 'sh', 'ia', 'ie', 'io', 'vo', 'nb', 'nn'])

/** Names, the usual one first, where the table's is not the usual one or not the only one. */
const NAMES: Record<string, string[]> = {
  ab: ['Abkhaz', 'Abkhazian'],
  av: ['Avar', 'Avaric'],
  ber: ['Berber', 'Tamazight', 'Amazigh'],
  bn: ['Bengali', 'Bangla'],
  ca: ['Catalan', 'Valencian'],
  cnr: ['Montenegrin'],
  crs: ['Seychellois Creole', 'Seselwa', 'Creole'],
  dv: ['Dhivehi', 'Divehi', 'Maldivian'],
  el: ['Greek'],
  es: ['Spanish', 'Castilian'],
  fa: ['Persian', 'Farsi', 'Dari'],
  ff: ['Fula', 'Fulah', 'Fulani', 'Peul'],
  ga: ['Irish', 'Irish Gaelic', 'Gaelic'],
  gil: ['Gilbertese', 'I-Kiribati'],
  gn: ['Guarani'],
  he: ['Hebrew'],
  ht: ['Haitian Creole', 'Haitian', 'Creole'],
  ii: ['Sichuan Yi', 'Nuosu'],
  ik: ['Inupiaq', 'Inupiak'],
  kl: ['Greenlandic', 'Kalaallisut'],
  km: ['Khmer', 'Cambodian'],
  lb: ['Luxembourgish', 'Luxembourgian'],
  lo: ['Lao', 'Laotian'],
  mi: ['Māori'],
  my: ['Burmese'],
  niu: ['Niuean'],
  no: ['Norwegian', 'Bokmål', 'Nynorsk'],
  ny: ['Chichewa', 'Chewa', 'Nyanja'],
  om: ['Oromo', 'Afaan Oromo'],
  or: ['Odia', 'Oriya'],
  os: ['Ossetian', 'Ossetic'],
  pa: ['Punjabi', 'Panjabi'],
  pap: ['Papiamento', 'Papiamentu'],
  pau: ['Palauan'],
  ps: ['Pashto', 'Pushto'],
  rar: ['Cook Islands Māori', 'Rarotongan', 'Māori'],
  rm: ['Romansh', 'Raeto-Romance'],
  rn: ['Kirundi', 'Rundi'],
  ro: ['Romanian'],
  rw: ['Kinyarwanda'],
  se: ['Northern Sami', 'Northern Sámi'],
  si: ['Sinhala', 'Sinhalese'],
  so: ['Somali'],
  ss: ['Swazi', 'Swati', 'siSwati'],
  st: ['Sesotho', 'Southern Sotho', 'Sotho'],
  sw: ['Swahili', 'Kiswahili'],
  tet: ['Tetum', 'Tetun'],
  ti: ['Tigrinya'],
  tkl: ['Tokelauan'],
  tl: ['Filipino', 'Tagalog'],
  tn: ['Tswana', 'Setswana'],
  to: ['Tongan'],
  tpi: ['Tok Pisin'],
  tvl: ['Tuvaluan'],
  ug: ['Uyghur', 'Uighur'],
  za: ['Zhuang'],
  zdj: ['Comorian', 'Shikomoro'],
  zh: ['Chinese', 'Mandarin', 'Mandarin Chinese', 'Cantonese'],
}

/** Names of a language, the usual one first. `code`: ISO 639-1, or a longer code where it has none of two letters. */
export function languageNames(code: string): string[] {
  const names = NAMES[code] ?? [(table as Record<string, { name: string }>)[code]?.name ?? code]
  // Norwegian is written in two forms with codes of their own.
  return code === 'nb' || code === 'nn' ? ['Norwegian', ...names] : names
}

/** Language codes, both ways. */
export function languageQuestions(): Question[] {
  const languages = Object.keys(table)
    .filter((code) => !LEFT_OUT.has(code))
    .map((code) => ({ code, names: languageNames(code), group: `language/${code}` }))
  return [
    ...relation(
      'language-code',
      languages
        .filter(({ code }) => !isWord(code))
        .map(({ code, names, group }) => ({
          key: code,
          group,
          question: `What is the two-letter ISO code of the ${names[0]} language?`,
          answers: [code],
        })),
    ),
    ...relation(
      'language-code-of',
      withUniqueClue(languages, ({ code }) => [code]).map(({ code, names, group }) => ({
        key: code,
        group,
        question: `Which language has the two-letter ISO code "${code}"?`,
        answers: names,
      })),
    ),
  ]
}
