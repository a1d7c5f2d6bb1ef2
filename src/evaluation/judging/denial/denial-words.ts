import { fold } from '../text/fold.js'

const folded = (...lists: string[]) => lists.flatMap((list) => list.split(' ')).map((word) => fold(word).replace(/'/g, ''))

/** Words that deny what follows them: "not Paris", "neither Paris nor Rome", "eliminate A". */
export const NOT = new Set(
  folded(
    'not isnt wasnt arent werent aint never neither nor cannot cant couldnt except excluding unlike without eliminate exclude reject',
    'nicht kein keine keinen weder statt anstatt außer pas sauf jamais nunca excepto salvo tampoco exceto tranne eccetto',
    'keineswegs keinesfalls niet geen nooit noch behalve inte varken inget ikke ikkje hverken verken ei eikä eivät nie ani není nem sem nici',
    'không chẳng bukan tidak kecuali не ни ні кроме δεν μη ούτε όχι לא אינו לא ليس ليست وليس وليست عدا باستثناء لا غير نه não non',
  ),
)
/** Words that deny only if they are said twice: "ni Paris ni Rome". */
export const PAIRED = new Set(['ni', 'ne'])
/** Spanish "no" and Romanian "nu" deny before a verb, and before "sino": "no es", "no Londres, sino París". English "no" never does. */
export const NO_BEFORE_VERB = /^(?:no|nu)$/
export const ROMANCE_VERB = /^(?:es|fue|era|son|esta|puede|creo|este)$/
/** A question that begins so expects a yes: "Isn't it Paris?", "Could it not be Paris?" */
export const ASKS_FOR_YES = /^(?:why|(?:is|was|are|were|could|would|might|must)(?:nt)?)$/
/** Several words that deny what follows. */
export const INSTEAD =
  /(?:^| )(?:(?:wrong|incorrect|false|mistaken|inaccurate|mistake|error) (?:to (?:say|think|assume|believe|claim|answer|call)|that)(?: that)?|(?:very |highly )?(?:unlikely|improbable)(?: that)?|hardly|scarcely|by no means|in no way|not at all|isnt at all|auf keinen fall|en aucun cas|en ningun caso|de ninguna manera|in nessun caso|y no|(?:although|though|while|whereas) (?:\S+ )?(?:many|some|most|people|others|everyone) (?:\S+ ){0,3}(?:think|believe|say|assume|claim|guess|thought)(?: that)?|rather than|instead of|as opposed to|as distinct from|apart from|not to be confused with|nicht zu verwechseln mit|pas confondre avec|no confundir con|other than|far from|but for|(?:any|every)(?:thing|one|body|where)? (?:\S+ )?but|all (?:\S+ ){0,2}but|rule out|ruling out|rules out|anders als|im gegensatz zu|plutot que|au lieu de|a part|en lugar de|en vez de|a diferencia de|em vez de|ao contrario de|invece di|a differenza di|piuttosto che|in plaats van|i stallet for|i stedet for|zamiast|oprocz|вместо|кроме)$/
/** What takes an exception back: "none other than Paris". */
export const NONE =
  /(?:^| )(?:no|none|nothing|nobody|no one|nowhere|not|never|without|hardly|cannot|cant|(?:do|does|is|was|are|were|could|would)nt)(?: |$)/
/** Denials before a name in scripts without blanks. */
export const UNSPACED_NOT = /(?:不是|并非|並非|绝非|而非|非|不选|不選|排除|除了|除去|除|ไม่ใช่)$/

/** The same before a clause: "Ich glaube nicht, dass es Rom ist". */
export const THINK_NOT =
  /(?:^| )(?:(?:glaube|denke|meine) (?:ich )?nicht dass (?:es|das|die \S+|der \S+)|(?:pense|crois) pas que (?:ce (?:soit|est)|cest|la \S+ soit)|no (?:creo|pienso) que (?:sea|es)|non (?:credo|penso) che (?:sia|e)|nao (?:creio|acho|penso) que (?:seja|e)|denk niet dat het)(?: (?:la|le|el|il|a|o|l|die|der|das))?$/
/** Verbs that deny what follows if they are denied: "I don't think it is"; "doubt" denies by itself. */
export const THINK = new Set(folded('think believe say guess suppose convinced glaube denke pense crois creo credo acho'))
export const DENIED_HELPER = new Set(folded('not dont doesnt didnt wouldnt cannot cant nicht pas no nao non'))

/** What may stand between a denial and the name: "not in", "isn't the". */
export const BETWEEN = new Set(
  folded(
    'a an the in on at by from of to it its is was be been called named that thats actually really even both either any answer option choice letter correct right',
    'das der die den dem des es ist war est cest était le la les l un une el los il lo gli i o os as du de da do en em nel del della een het van ze to je jest',
    'mr mrs ms dr sir lord king queen president river lake mount mountain island author writer poet painter artist singer actor scientist inventor',
    'written painted composed invented discovered directed founded played sung born built made created won located situated found',
    'é era foi är er var etwa mal definitely certainly clearly obviously so just one city town country phải',
  ),
)
/** Words that join two things that are denied together. */
export const OR = new Set(
  folded('or nor oder noch ou ni o oppure eller of czy lub ani ali nebo vagy sau veya ya atau или ни або ή או أو یا 或 や か'),
)
export const AND = new Set(folded('and und et y e en och og ja i a és și ve và dan и та και ו و 和 与 與 跟 と'))

/** "No" as an answer to a question that was just asked: "London? No, Paris". */
export const NO = new Set(
  folded(
    'no nope nah wrong incorrect false nein falsch non faux nee nej nei nie ne não hayır ei nem нет ні όχι לא لا نه नहीं không tidak bukan',
  ),
)
export const UNSPACED_NO = /^(?:不|不是|不对|不對|错|いいえ|違|ちが|아니|아뇨|ไม่)/

const ARE =
  'is are was were be isnt arent seems looks would ist sind war est sont cest es son era fue esta é foi são è sono is zijn är var er jest są je on este e eshte yra ir to option answer choice the a an one die der das eine ein la le une un el il een also both all clearly definitely obviously just simply certainly probably likely tho though'
const WRONG =
  'wrong incorrect false untrue inaccurate impossible excluded eliminated mistaken nope implausible unlikely ' +
  'falsch inkorrekt verkehrt unrichtig ausgeschlossen faux fausse erroné erronée incorrecte incorrecto incorrecta falso falsa erróneo errónea equivocada equivocado ' +
  'errado errada incorreto incorreta sbagliato sbagliata errato errata scorretto scorretta fout onjuist verkeerd fel felaktig felaktigt forkert feil galt ' +
  'väärin väärä błędna błędny błędne niepoprawna nieprawidłowa nieprawda zła špatně špatná nesprávná nesprávně chybná chybně zle netočan pogrešan pogrešno napačen ' +
  'helytelen hibás rossz téves greșit greșită incorect incorectă gabim okerra neteisingas nepareizi vale yanlış yanlıştır hatalı sai salah keliru λάθος λανθασμένη λανθασμένο ' +
  'неверно неверный неверна неверен неправильно неправильный неправильна неправилен ошибочно ошибка невірно неправильно хибно невірна грешно погрешно ' +
  'خطأ خاطئ خاطئة اشتباه غلط نادرست שגוי שגויה गलत ग़लत ভুল தவறு'
const isNotLatin = (word: string) => !/[a-z]/.test(word)
const WRONG_WORDS = new Set(folded(WRONG))
const INSTEAD_WORDS = new Set(
  folded('rather than instead of as opposed to apart from other far any anything everything rule out ruling both all are değil değildir'),
)
/** After the mark of a letter: "B) is wrong". */
export const IS_AFTER_LETTER = /^(?:is|isnt|was|wasnt|cannot|cant|can|ist|est|nest|es|no|e|er|ar)$/
/** Denials that need no adjective: "B değil", "B ليس". */
const IS_NOT = 'değil değildir אינו אינה ليس ليست غير نیست नहीं নয়'
/** What a thing is not, if it is not the answer; "is not far from Paris" and "is not a planet" deny nothing. */
const RIGHT = '(?:the |it$|that$|true|right|correct|possible|best|answer)'
/** "isn't the capital", "can't be right", "was never the capital", and the like in other languages; folded. */
const IS_NOT_RIGHT = [
  `(?:(?:is|are|was|were|would|could|can) )?(?:not|never|isnt|arent|wasnt|werent|cant|cannot|couldnt|wouldnt) (?:be |actually |really )*${RIGHT}`,
  '(?:isnt|arent|is not|are not)$|is out$|(?:ist|war) (?:es|das) (?:\\S+ )?nicht$',
  '(?:(?:is|are|was|were|can|could|should|must|be|been|safely|therefore|easily|definitely|clearly) ){1,4}(?:ruled out|excluded|eliminated|discarded|dismissed)',
  '(?:ist|war|sind) nicht (?:die|der|das|richtig|korrekt|zutreffend)(?![a-z])|stimmt nicht|passt nicht|scheidet aus',
  '(?:nest|netait|ne sont) pas (?:(?:la|le|l|juste|vrai)(?![a-z])|correct|bon|exact)',
  '(?:no|non|nao) (?:es|fue|era|e|esta) (?:(?:la|el|lo|il|l|a|o|vero|verdad)(?![a-z])|correct|corret|cert|giust|esatt)',
  '(?:is|was) niet (?:de|het|juist|correct|goed)(?![a-z])|(?:ar|var) inte|er ikk?je|er ikke|(?:ei ole|(?:to )?nie|neni|nije)(?![a-z])',
  '(?:nem (?:helyes|jo|a|az)|nu (?:este|e))(?![a-z])|dogru degil|khong (?:dung|phai)|tidak (?:benar|betul|tepat)|si (?:sahihi|jibu)',
  '(?:это )?не |не$|δεν ειναι|לא נכון',
]
/** What denies the name before it, in words: "is wrong", "isn't the capital", "ist nicht richtig", "неверно". */
export const WRONG_AFTER = new RegExp(
  `^(?:(?:${folded(ARE).join('|')}) ){1,4}(?:${folded(WRONG).join('|')})(?: |$)|^(?:${folded(WRONG).join('|')})$|` +
    `^(?:(?:${folded(ARE).join('|')}) ){0,3}(?:${[...folded(IS_NOT), ...folded(WRONG).filter(isNotLatin)].join('|')})(?: |$)|^(?:${IS_NOT_RIGHT.join('|')})`,
  'u',
)
/** The same in scripts without blanks. */
export const UNSPACED_WRONG_AFTER =
  /^(?:以外(?!(?:に|には|は)?(?:な|あり|考))|除外|之外|(?:을|를)?(?:제외|말고)|(?:这个|這個)?(?:选项|選項|答案)?(?:是|也|都|并|並|就)?(?:不对|不對|不正确|不正確|错|錯|有误|有誤|误|不是|不符|不成立|不行|不可能|可以排除|应?排除|应?該?排除)|(?:は|が|も)?(?:間違|まちがい|誤|違|ちが|不正解|不適|正しく(?:な|あり)|正解ではな|正解じゃな|では?な|ではあり|でありませ|じゃな|じゃあり|でなく|でない)|(?:은|는|이|가|번은|번이)?(?:틀|아니|아닙|아님|오답|잘못|정답이아니|정답은아니)|(?:ไม่ใช่|ไม่ถูก|ผิด))/u

/** Whether a word only denies: what it denies is left out before an answer is sought. */
export function isDenialWord(word: string): boolean {
  return NOT.has(word) || WRONG_WORDS.has(word) || INSTEAD_WORDS.has(word)
}
