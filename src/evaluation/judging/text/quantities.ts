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
const GLUED = /(\d)(?=(?:[kcm]?m|kg|g|lbs?|mi|mph|kmh|ft|h|hrs?|mins?|secs?|bn|tn|bce?|ad|ce|[ap]m|[kmg]?hz|[kmg]?w)(?![\p{L}\p{N}]))/gu

function named(unit: string, others: string): Record<string, string> {
  return Object.fromEntries(others.split(' ').map((other) => [other, unit]))
}

/**
 * Signs around numbers as words, in a folded text: "$5" -> "5 dollar", "5%" -> "5 percent", "40 °c" -> "40 degree celsius",
 * "&" -> "and", "100km" -> "100 km", ".5" -> "0.5", "1 000 000" -> "1000000", "2bn" -> "2 billion".
 */
export function signsAsWords(text: string): string {
  const spaced = /\d/.test(text) ? numberSigns(text) : text
  return spaced.replace(/\bper cent\b/g, 'percent').replace(/&/g, ' and ')
}

const DEGREES: Record<string, string> = { c: 'celsius', f: 'fahrenheit', '': '' }

function numberSigns(text: string): string {
  return text
    .replace(BEFORE_NUMBER, (_, sign: string, number: string) => `${number} ${CURRENCIES[sign]} `)
    .replace(AFTER_NUMBER, (_, number: string, sign: string) => `${number} ${CURRENCIES[sign]} `)
    .replace(/(\d)\s*[%\u066a]/g, '$1 percent ')
    .replace(/(\d)\s*\u00b0\s*([cf](?![\p{L}\p{N}]))?/gu, (_, digit: string, scale = '') => `${digit} degree ${DEGREES[scale]} `)
    .replace(/\bdegrees\b/g, 'degree')
    .replace(GLUED, '$1 ')
    .replace(/(\d )bn(?![\p{L}\p{N}])/gu, '$1billion')
    .replace(/(?<![\p{L}\p{N}.])\.(?=\d)/gu, '0.')
    .replace(/(?<![\p{L}\p{N}.,])\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?![\p{L}\p{N}])/gu, (digits) => digits.replace(/\D/g, ''))
    .replace(/(?<![\p{L}\p{N}.,])\d{1,3}(?:\.\d{3}){2,}(?![\p{L}\p{N}])/gu, (digits) => digits.replaceAll('.', ''))
}

/** The one name of a unit or currency, used after a number. */
export function unitName(word: string): string {
  return UNITS[word] ?? word
}
