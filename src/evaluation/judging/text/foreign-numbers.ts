import { fold } from './fold.js'

/** 0 to 20 in the languages that models are most often asked in. */
const COUNTS = [
  'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig',
  'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt',
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte',
  'zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti',
  'zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove vinte',
  'nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig',
  'noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo',
  'nul en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten tyve',
  'zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia',
  'nula jedna dva tři čtyři pět šest sedm osm devět deset jedenáct dvanáct třináct čtrnáct patnáct šestnáct sedmnáct osmnáct devatenáct dvacet',
  'sıfır bir iki üç dört beş altı yedi sekiz dokuz on - - - - - - - - - yirmi',
  'ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать',
  'нуль один два три чотири пять шість сім вісім девять десять одинадцять дванадцять тринадцять чотирнадцять пятнадцять шістнадцять сімнадцять вісімнадцять девятнадцять двадцять',
  '영 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열 - - - - - - - - - 스물',
  'صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة - - - - - - - - - عشرون',
  'शून्य एक दो तीन चार पाँच छह सात आठ नौ दस - - - - - - - - - बीस',
]
/** Words that stand for something else in an English answer. */
const ENGLISH = new Set(['on', 'to', 'een', 'once', 'fire', 'ni', 'ti', 'en', 'six', 'zero'])
const HAN = '零一二三四五六七八九'
const HAN_NUMBER = /^(?:([二三四五六七八九])?十([一二三四五六七八九])?|([零〇一二三四五六七八九两兩]))(?:个|個|つ|人|年)?$/u

const VALUES = new Map<string, number | undefined>()
for (const counts of COUNTS) {
  counts.split(' ').forEach((written, value) => {
    const word = fold(written).replace(/'/g, '')
    if (ENGLISH.has(word) || word === '-') return
    // A word for two numbers in two languages is none.
    VALUES.set(word, VALUES.has(word) && VALUES.get(word) !== value ? undefined : value)
  })
}

/**
 * A text that is a number word of another language and nothing else, in digits: "fünf" -> "5", "十二" -> "12". Up to 20, in Chinese and
 * Japanese up to 99. In a sentence such words mean too many other things.
 */
export function foreignNumber(text: string): string | undefined {
  const word = fold(text)
    .replace(/'/g, '')
    .replace(/^[\s"«»„“”*_]+|[\s"«»„“”*_.!。]+$/gu, '')
  const value = VALUES.get(word) ?? hanNumber(word)
  return value === undefined ? undefined : String(value)
}

function hanNumber(word: string): number | undefined {
  const match = HAN_NUMBER.exec(word)
  if (match === null) return undefined
  const [, tens, units, digit] = match
  if (digit !== undefined) return /[两兩]/.test(digit) ? 2 : digit === '〇' ? 0 : HAN.indexOf(digit)
  return (tens === undefined ? 1 : HAN.indexOf(tens)) * 10 + (units === undefined ? 0 : HAN.indexOf(units))
}
