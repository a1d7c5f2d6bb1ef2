import { isDenialWord } from '../denial/denial-words.js'
import { fold } from '../text/fold.js'

/** "Answer", "option" and the like; after one, a letter is the answer. English first, then other languages in Latin letters. */
export const NOUNS =
  'answer answers option options choice choices letter alternative statement ' +
  'antwort lösung buchstabe réponse lettre respuesta opción letra resposta opção alternativa risposta opzione lopzione lettera antwoord ' +
  'optie svar svaret alternativ odpowiedź opcja odpověď volba možnost odpoveď odgovor válasz vastaus vastus cevap yanıt şık seçenek ' +
  'răspunsul răspuns varianta atbilde atsakymas jawaban jawapan pilihan jibu sagot erantzuna opció përgjigja svarið ateb'
/** "is" and "I choose". */
export const VERBS =
  'is was be seems appears choose chose chosen picked pick selected select say guess think believe with ' +
  'ist lautet wähle nehme est choisis cest es elijo creo é escolho acho è sia scelgo credo kies denk är er tror jest to wybieram je jsou ' +
  'on este ir yra là chọn adalah ialah ni ay da és është van dir dır dur tir'
/** What else such a sentence may hold. */
const OTHERS =
  'the my i would will go for it its has have must should had one id ill im so sure ok okay yes correct right best final true good of course maybe perhaps ' +
  'but that this now why based on according options given diria dapres moi selon let me see im going a an most like no then thus therefore hence and or oh well fits fit matches match makes sense closest ' +
  'nearest works obvious likely description question leaving remains remaining wait also daher deshalb somit donc alors entonces luego quindi ' +
  'dunque portanto então logo sondern mais sino ma mas maar men ale denke glaube penso cest nest looks ' +
  'я думаю это наверное возможно ответ правильный верный а но я відповідь це думаю мабуть ' +
  'die der das den richtig richtige richtiger korrekt korrekte beste ich würde sagen vielleicht eine wohl ' +
  'la le les l bonne correcte juste je que peut être pense el los correcta correcto yo quizás opino o os correta certa certo eu talvez ' +
  'il lo corretta giusta esatta che forse het de juiste correcte goede ik misschien dus rätt rätta riktig riktige korrekta jag det kanske ' +
  'prawidłowa poprawna dobra chyba więc správná správně točan tačan pravilen doğru bence helyes oikea õige corect corectă pareizā teisingas ' +
  'đáp án câu trả lời đúng yang benar betul sahihi ang tama zuzena korrekti seçeneği cevabı rétt e sakte'

const VOCABULARY = new Set(`${NOUNS} ${VERBS} ${OTHERS}`.split(' ').map(fold))
const ADVERB = /.{2,}(?:ly|ment|mente)$/

const ANSWERS = new Set(
  'answer option choice response antwort réponse respuesta resposta risposta antwoord svar svaret odpowiedź ответ'.split(' ').map(fold),
)

/** Whether a word means "answer". */
export function isAnswerNoun(word: string): boolean {
  return ANSWERS.has(word)
}

/** Whether a sentence that only gives an answer may hold this word. */
export function isAnswerWord(word: string): boolean {
  const plain = fold(word).replace(/'/g, '')
  return VOCABULARY.has(plain) || ADVERB.test(plain) || isDenialWord(plain)
}
