/** "Wrong", said of the speaker. */
const WRONG = '(?:wrong|mistaken|incorrect|in error|inaccurate|misremembering)'
const MAY = '(?:may|might|could|can)(?:,? of course,?| very| well| easily| also| totally| completely| entirely)*'
/** What the speaker says about being sure: it neither denies nor gives an answer. With straight apostrophes. */
const ABOUT_THE_SPEAKER = [
  `am i ${WRONG}|(?:if|unless) (?:i am|i'm|im) (?:right|correct)`,
  `(?:i|we|this|that|it|my answer) ${MAY} (?:be|have been) (?:\\w+ly )?${WRONG}(?! to\\b)`,
  `(?:correct me )?(?:if|unless) (?:i am|i'm|im|i was|we are|we're) (?:(?:not|very much|completely|totally) )*${WRONG}`,
  `(?:if (?:i|we) (?:remember|recall)|if memory serves(?: me)?|if my memory serves(?: me)?)(?: (?:correctly|right|rightly|well))?`,
  '(?:as|so) far as i (?:know|remember|recall|can tell)|to the best of my (?:knowledge|memory|recollection)',
  '(?<=, ?)i (?:believe|guess|think|suppose|reckon|assume|would say|know(?: it)?|am sure of it)(?=[.!]?$)',
  "(?<=, ?)(?:i'd say|i(?:'m| am) (?:\\d{1,3} ?% |\\w+ly |quite |very |pretty )?(?:sure|certain|confident|positive))(?=[.!]?$)",
  '(?:wenn|falls|sofern) ich (?:mich )?nicht (?:irre|täusche)|ich (?:kann|könnte) mich (?:auch |aber )*(?:irren|täuschen)|ich könnte (?:auch |aber )*falsch liegen',
  "(?:si je ne (?:me trompe|m'abuse)(?: pas)?|sauf erreur(?: de ma part)?|je (?:peux|pourrais) (?:me tromper|avoir tort))",
  '(?:si no me equivoco|salvo error|(?:puedo|podría) (?:equivocarme|estar equivocad[oa]))',
  '(?:se non (?:sbaglio|erro|mi sbaglio)|potrei sbagliarmi|posso sbagliarmi|se não me engano|salvo engano|posso estar (?:errad|enganad)[oa])',
  '(?:als ik (?:me|mij) niet vergis|om jag inte (?:misstar mig|minns fel)|jeśli się nie mylę|если (?:я )?не ошибаюсь|(?:я )?могу ошибаться|yanılmıyorsam)',
].join('|')
const HEDGE = new RegExp(
  `[\\s,;(\\u2013\\u2014-]{0,4}(?<![\\p{L}\\p{N}])(?:(?:but|though|although|and|or|however|aber|mais|pero|ma|mas|но),? )*(?:${ABOUT_THE_SPEAKER})(?![\\p{L}\\p{N}])` +
    '(?:,? (?:though|here|about (?:this|that|it)|on (?:this|that)|of course))*\\)?(?<next>[\\s,;:\\u2013\\u2014-]+(?:but|so) |[\\s,;:.!]*)',
  'giu',
)

/**
 * An answer without what the speaker says about being sure: "Paris, but I could be wrong", "If I'm not mistaken, it is Paris". It is
 * left as it is where nothing else is said.
 */
export function withoutHedges(line: string): string {
  const plain = line.replace(/[\u2018\u2019]/g, "'")
  const said = plain.replace(HEDGE, (hedge, ...rest) => {
    const [at, whole] = rest.slice(-3) as [number, string]
    if (at === 0 || at + hedge.length === whole.length) return ''
    return /[.!]/.test(hedge) ? '. ' : ', '
  })
  return said === plain || !/[\p{L}\p{N}]/u.test(said) ? line : said.trim()
}
