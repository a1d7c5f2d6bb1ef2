import { fold } from '../text/fold.js'

/** "Answer", "option" and the like; after one, a letter is the answer. English first, then other languages in Latin letters. */
const NOUNS =
  'answer answers option options choice choices letter alternative statement ' +
  'antwort lösung buchstabe réponse lettre respuesta opción letra resposta opção alternativa risposta opzione lopzione lettera antwoord ' +
  'optie svar svaret alternativ odpowiedź opcja odpověď volba možnost odpoveď odgovor válasz vastaus vastus cevap yanıt şık seçenek ' +
  'răspunsul răspuns varianta atbilde atsakymas jawaban jawapan pilihan jibu sagot erantzuna opció përgjigja svarið ateb'
/** "is" and "I choose". */
const VERBS =
  'is was be seems appears choose chose chosen picked pick selected select say guess think believe with ' +
  'ist lautet wähle nehme est choisis cest es elijo creo é escolho acho è sia scelgo credo kies denk är er tror jest to wybieram je jsou ' +
  'on este ir yra là chọn adalah ialah ni ay da és është van dir dır dur tir'
/** What else such a sentence may hold. */
const OTHERS =
  'the my i would will go for it its has have must should had one id ill im so sure ok okay yes correct right best final true good of course maybe perhaps ' +
  'but that this now let me see im going a an most like ' +
  'die der das den richtig richtige richtiger korrekt korrekte beste ich würde sagen vielleicht eine wohl ' +
  'la le les l bonne correcte juste je que peut être pense el los correcta correcto yo quizás opino o os correta certa certo eu talvez ' +
  'il lo corretta giusta esatta che forse het de juiste correcte goede ik misschien dus rätt rätta riktig riktige korrekta jag det kanske ' +
  'prawidłowa poprawna dobra chyba więc správná správně točan tačan pravilen doğru bence helyes oikea õige corect corectă pareizā teisingas ' +
  'đáp án câu trả lời đúng yang benar betul sahihi ang tama zuzena korrekti seçeneği cevabı rétt e sakte'

const words = (list: string) => list.split(' ')
const folded = (list: string) => words(list).map(fold)

/** Words after which a letter is the answer, as the source of a regular expression. */
export const CUE_WORDS = words(`answered statement ${NOUNS} ${VERBS} it'?s that'?s`).join('|')

const VOCABULARY = new Set(folded(`${NOUNS} ${VERBS} ${OTHERS}`))
const ADVERB = /.{2,}(?:ly|ment|mente)$/
/** Forms of "is" after a letter A, which is else an article ("A helyes válasz"). */
const IS = new Set(folded('is was ist est es é è är er jest to je este on dir seems must'))
/** Words of other scripts after which, or before which, a letter names something: "витамин B", B型. */
const NAMED_BY_LETTER =
  /(?:витамин|гепатит|групп|тип|вітамін|βιταμίνη|ηπατίτιδα|فيتامين|ویتامین|ויטמין|विटामिन|ভিটামিন|วิตามิน|ビタミン|维生素|維生素|維他命|肝炎|비타민|간염|계획|プラン)\p{L}*\s*$/iu
const NAMING_LETTER = /^\s*(?:型|형|細胞|细胞|族|群)/u

/**
 * The letters of a sentence that says nothing else: "Probably B", "Es la B", "B est la bonne réponse", and any sentence in another
 * script, in which no other Latin word stands ("Jawabu", 答案是B, Правильный ответ B).
 */
export function onlyLettersSaid(sentence: string): string[] {
  const said = sentence.match(/[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}]+)*/gu) ?? []
  const letters = said.flatMap((word, at) => (isLetter(said, at) ? [word] : []))
  const others = said.filter((_, at) => !isLetter(said, at))
  if (others.length === 0) return /[\p{S}\u2022*]/u.test(sentence) ? [] : letters
  if (others.every(isAnswerWord)) return letters
  return others.some((word) => /[A-Za-z0-9]/.test(word)) ? [] : letters.filter((letter) => !namesSomething(sentence, letter))
}

function isLetter(said: readonly string[], at: number): boolean {
  const word = said[at] as string
  if (!/^[A-Z]$/.test(word) || word === 'I') return false
  const next = said[at + 1]
  return word !== 'A' || next === undefined || !/[A-Za-z]/.test(next) || IS.has(fold(next)) || /^[A-Z]$/.test(next)
}

function isAnswerWord(word: string): boolean {
  const plain = fold(word).replace(/'/g, '')
  return VOCABULARY.has(plain) || ADVERB.test(plain)
}

function namesSomething(sentence: string, letter: string): boolean {
  const at = sentence.search(new RegExp(`(?<![A-Za-z])${letter}(?![A-Za-z])`, 'u'))
  return NAMED_BY_LETTER.test(sentence.slice(0, at)) || NAMING_LETTER.test(sentence.slice(at + 1))
}
