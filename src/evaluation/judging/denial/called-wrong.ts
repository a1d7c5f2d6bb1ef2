import type { AnswerWord } from '../text/normalise.js'
import { joined, textOf } from './words-as-text.js'

const WRONG =
  '(?:wrong|incorrect|false|untrue|inaccurate|mistaken|worst|falschen?|inkorrekten?|verkehrten?|faux|fausses?|mauvaise?s?|incorrectes?|erronees?|incorrect[oa]s?|equivocad[oa]s?|erroneas?|errad[oa]s?|incorret[oa]s?|sbagliat[aeoi]|errat[aeoi]|scorrett[aeoi]|foute?|onjuiste?|verkeerde?|fel|felaktig[at]?|forkerte?|galt|gale|bledna|niepoprawna|spatna|nespravna|helytelen|yanlis|неверн\\S*|неправильн\\S*)'
const NOUN =
  '(?:answers?|options?|choices?|ones?|responses?|letters?|statements?|antwort(?:en)?|reponses?|respuestas?|opcion(?:es)?|respostas?|opcao|rispost[ae]|opzion[ei]|antwoord(?:en)?|svar(?:et)?|odpowiedz|odpoved|valasz|cevap|ответы?|вариант(?:ы)?)'
const IS =
  '(?:is|are|was|would|be|must|ist|sind|lautet|est|sont|es|son|e|sono|sao|zijn|er|ar|jest|je|это|the|option|answer|letter|choice|la|le|el|il|a|o|die|der|das)'
const NAMED = `(?:${WRONG} ${NOUN}|${NOUN} ${WRONG}|least (?:likely|plausible|probable|correct|suitable) ${NOUN})`
/** "The wrong answer is", "Die falsche Antwort ist", "La respuesta incorrecta es". */
const CALLED_WRONG = new RegExp(`(?:^| )${NAMED}(?: ${IS})*$`, 'u')
/** "Wrong answer:", "Incorrect:". */
const LABELLED_WRONG = new RegExp(`^(?:${IS} )?(?:${NAMED}|${WRONG})(?: ${IS})*$`, 'u')
const UNSPACED_CALLED_WRONG =
  /(?:(?:错误|錯誤|不正确|不正確|错|錯)(?:的)?(?:答案|选项|選項)(?:是|为|為)?|(?:不正解|誤答|間違い|間違った答え|誤った答え|間違っているの)(?:は|：)|(?:오답|틀린답|틀린것|잘못된답)[은는]?)$/u
/** How many words such a name may have. */
const LONGEST = 8

/** Whether what follows is called the wrong answer: "The incorrect answer is A", "Wrong: A", 错误答案是A. */
export function isCalledWrong(words: readonly AnswerWord[], from: number): boolean {
  const mark = words[from]?.markBefore ?? ''
  if (mark !== '' && mark !== ':') return false
  let begin = from - 1
  while (begin > Math.max(0, from - LONGEST) && words[begin]?.markBefore === '') begin -= 1
  const before = words.slice(Math.max(0, begin), from)
  if (UNSPACED_CALLED_WRONG.test(joined(before))) return true
  return (mark === ':' ? LABELLED_WRONG : CALLED_WRONG).test(textOf(before))
}
