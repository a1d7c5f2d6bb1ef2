import { numberSignsInWords } from './abbreviations.js'
import { formulasInWords } from './formulas.js'
import { fractionsAsDecimals } from './fractions.js'

/** Signs and their words, so that "$5" and "5 dollars" are one text, and "5 pounds" is another. */
const CURRENCIES: Record<string, string> = { $: 'dollar', '£': 'pound', '€': 'euro', '¥': 'yen', '₹': 'rupee', '₽': 'ruble', '₩': 'won' }
const SIGN = `[${Object.keys(CURRENCIES).join('')}]`
const SCALE = '(?:\\s*(?:thousand|million|billion|trillion)(?![\\p{L}\\p{N}]))?'
const BEFORE_NUMBER = new RegExp(`(${SIGN})\\s?(\\d[\\d.,]*(?<=\\d)${SCALE})`, 'gu')
const AFTER_NUMBER = new RegExp(`(\\d${SCALE})\\s?(${SIGN})`, 'gu')

/** Units by their short and long forms. What is not named here is compared as it is written. */
const UNITS: Record<string, string> = {
  ...named('km', 'kilometre kilometres kilometer kilometers'),
  ...named('cm', 'centimetre centimetres centimeter centimeters'),
  ...named('mm', 'millimetre millimetres millimeter millimeters'),
  ...named('m', 'metre metres meter meters'),
  ...named('kg', 'kilogram kilograms kilogramme kilogrammes kilo kilos'),
  ...named('g', 'gram grams gramme grammes'),
  ...named('lb', 'lbs'),
  ...named('mi', 'mile miles'),
  ...named('ft', 'foot feet'),
  ...named('in', 'inch inches'),
  ...named('h', 'hr hrs hour hours'),
  ...named('min', 'mins minute minutes'),
  ...named('s', 'sec secs second seconds'),
  ...named('l', 'litre litres liter liters'),
  ...named('percent', 'pct'),
  ...Object.fromEntries(Object.values(CURRENCIES).map((unit) => [`${unit}s`, unit])),
}
const GLUED = /(\d)(?=(?:[kcm]?m|kg|g|lbs?|mi|mph|kmh|kph|ft|h|hrs?|mins?|secs?|bn|tn|bce?|ad|ce|[ap]m|[kmg]?hz|[kmg]?w)(?![\p{L}\p{N}]))/gu

function named(unit: string, others: string): Record<string, string> {
  return Object.fromEntries(others.split(' ').map((other) => [other, unit]))
}

/**
 * Signs around numbers as words, in a folded text: "$5" -> "5 dollar", "5%" -> "5 percent", "40 °c" -> "40 degree celsius",
 * "&" -> "and", "100km" -> "100 km", ".5" -> "0.5", "1 000 000" -> "1000000", "2bn" -> "2 billion".
 */
export function signsAsWords(text: string): string {
  const spaced = /\d/.test(text) ? numberSigns(text) : text
  return speeds(spaced)
    .replace(US_DOLLARS, '$1 ')
    .replace(/\bper cent\b/g, 'percent')
    .replace(/&/g, ' and ')
}

/** "million US dollars", "5 U.S. dollars": the country before the currency, after a number only. */
const US_DOLLARS = /((?:\d|hundred|thousand|million|billion|trillion))\s+u\.?s\.?\s+(?=dollars?(?!\p{L}))/gu
const HOUR = '\\s?(?:per|an|/)\\s?(?:hour|hr|h)(?![\\p{L}])'
const MILES_PER_HOUR = new RegExp(`(?<!\\p{L})(?:miles?|mi)${HOUR}`, 'gu')
const KILOMETRES_PER_HOUR = new RegExp(`(?<!\\p{L})(?:kilomet(?:er|re)s?|kms?)${HOUR}|(?<!\\p{L})kph(?!\\p{L})`, 'gu')

function speeds(text: string): string {
  return /per|\/|kph| an /.test(text) ? text.replace(MILES_PER_HOUR, 'mph').replace(KILOMETRES_PER_HOUR, 'kmh') : text
}

/** "$3m"; without a currency, m is a metre. */
const SHORT_AMOUNT = new RegExp(`(${SIGN}\\s?\\d[\\d.,]*)\\s?(k|m|tn)(?![\\p{L}\\p{N}])`, 'gu')
const SHORT_SCALES: Record<string, string> = { k: 'thousand', m: 'million', tn: 'trillion' }

const DEGREES: Record<string, string> = { c: 'celsius', f: 'fahrenheit', '': '' }

function numberSigns(text: string): string {
  return fractionsAsDecimals(formulasInWords(numberSignsInWords(text)))
    .replace(/(?<=\d[\s*_]{0,4}[\p{L}\u00b5]{1,4}\d?)\s?\/\s?(?=\p{L})/gu, ' per ')
    .replace(/(?<!\p{L})(?:u\.?s\.?\s?\$|usd\s?)(?=\s?\d)/gu, '$$')
    .replace(/(\d)\s?usd(?!\p{L})/gu, '$1 dollar')
    .replace(/(\d)\s?(?:'|\u2032)\s?(\d{1,2})\s?(?:"|\u201d|\u2033|'')/gu, '$1 feet $2 inches')
    .replace(/(?<=\d)\s?\u00d7\s?(?=\d)/gu, ' x ')
    .replace(/(?<=\d\s?)sq\.?\s(?=\p{L})/gu, ' square ')
    .replace(/(?<=\d)\s?(km|mi|cm|m|ft)2(?![\p{L}\d])/gu, ' square $1')
    .replace(/(\d)\s?bn(?![\p{L}\p{N}])/gu, '$1 billion')
    .replace(SHORT_AMOUNT, (_, amount: string, scale: string) => `${amount} ${SHORT_SCALES[scale]}`)
    .replace(BEFORE_NUMBER, (_, sign: string, number: string) => `${number} ${CURRENCIES[sign]} `)
    .replace(AFTER_NUMBER, (_, number: string, sign: string) => `${number} ${CURRENCIES[sign]} `)
    .replace(/(\d)\s*[%\u066a]/g, '$1 percent ')
    .replace(/(\d)\s*\u00b0\s*([cf](?![\p{L}\p{N}]))?/gu, (_, digit: string, scale = '') => `${digit} degree ${DEGREES[scale]} `)
    .replace(/\bdegrees\b/g, 'degree')
    .replace(GLUED, '$1 ')
    .replace(/(?<![\p{L}\p{N}.])\.(?=\d)/gu, '0.')
    .replace(/(?<![\p{L}\p{N}.,])\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?![\p{L}\p{N}])/gu, (digits) => digits.replace(/\D/g, ''))
    .replace(/(?<![\p{L}\p{N}.,])\d{1,3}(?:\.\d{3}){2,}(?![\p{L}\p{N}])/gu, (digits) => digits.replaceAll('.', ''))
}

/** The one name of a unit or currency, used after a number. */
export function unitName(word: string): string {
  return UNITS[word] ?? word
}
