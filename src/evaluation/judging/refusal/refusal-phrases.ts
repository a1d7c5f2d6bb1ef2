/** Every phrase of `starts` with every one of `ends`. */
function each(starts: string, ends: string): string[] {
  return starts.split(', ').flatMap((start) => ends.split(', ').map((end) => `${start} ${end}`))
}

/**
 * Phrases by which an answer is recognised as a refusal, wherever they stand in its first sentence. Each counts in its long and short
 * form ("do not", "don't"), with adverbs in it ("I really don't know"); "..." stands for up to four words.
 */
export const REFUSAL_PHRASES: readonly string[] = [
  ...each('I do not, I did not, we do not, I would not', 'know, recall, remember, recollect'),
  ...each('do not know', 'the answer'),
  ...each(
    'I can not, I could not, we can not, we could not',
    'answer, say, tell, determine, provide, recall, remember, seem to recall, seem to remember, help, assist, confirm, verify, identify, find, locate, fulfill, fulfil, comply, do that, think of, name, be sure, be certain, give you, give an',
  ),
  ...each('I was, we were', 'unable to, not able to'),
  ...each('I am not, we are not', 'sure, certain, aware of, familiar with, able to, confident, in a position to, knowledgeable'),
  ...each('I am, we are', 'unsure, uncertain, unaware of, unfamiliar with, unable to'),
  ...each(
    'I do not have, I do not possess, I lack, I have insufficient, we do not have, we lack',
    '... information, ... knowledge, ... idea, ... clue, ... data, ... context, ... details',
  ),
  ...each('I do not have, I do not possess', '... answer, ... access to, ... memory of, that'),
  ...each(
    'I have no, I have not got, we have no',
    'idea, clue, info, information, knowledge, answer, data, record of, records of, way of knowing, way to know, way of verifying, way of telling, way to tell, memory of, recollection',
  ),
  ...each('I have not, I have got no', '... idea, ... clue, ... foggiest'),
  ...each(
    'I have not been, I was not, I have been, I was',
    'able to find, able to locate, able to verify, unable to find, unable to locate, unable to verify',
  ),
  ...each('I have not, I did not, I could not', 'found any, find any, find anything, found anything'),
  ...each('I', 'found no information, found no record, found nothing'),
  ...each('I do not think, I do not believe', 'I have, there is enough, there is any'),
  ...each('I would, I will, I must, I have to', 'decline to, have to decline, refuse to'),
  ...each('I', 'refuse to, decline to, prefer not to, would prefer not to, would rather not, choose not to'),
  ...each('I need, I would need, I require', 'more information, more context, more details'),
  ...each('the answer is', 'not known, unclear, uncertain, not available, not clear'),
  ...each('it is not possible to, it is impossible to, it is hard to, it is difficult to', 'say, determine, tell, know, answer, identify'),
  ...each(
    'there is, there was',
    'not enough ... information, insufficient ... information, no ... information, not enough ... context, not enough ... data',
  ),
  ...each('beyond, outside', 'my knowledge, the scope of my knowledge, my expertise, my abilities, my capabilities'),
]

/**
 * Refusals that count only where the sentence begins with them, and only if the answer is not right: "Nobody knows." is one, "It is
 * Paris, nobody knows why" is none. "..." at the start stands for up to four words.
 */
export const OPENING_REFUSALS: readonly string[] = [
  ...each('nobody, no one, noone, who, god, heaven, only god', 'knows'),
  ...each('nobody, no one, noone', 'can say, can tell, can know, could say, is sure, is certain'),
  ...each('we', 'may never know, will never know, can only guess'),
  ...each(
    '... is, ... was, ... are, ... were, ... has been, ... have been',
    'not known, not given, not provided, not available, not stated, not mentioned, not specified, not recorded, not documented, not clear, not found, not certain, unknown, unclear, unavailable, uncertain, unanswerable',
  ),
  ...each(
    '... can not be, ... could not be',
    'answered, determined, known, found, identified, verified, confirmed, established, ascertained, said, named',
  ),
  ...each(
    'no, there is no, there was no, there are no, there exists no',
    '... information, ... answer, ... answers, ... record, ... records, ... data, ... evidence, ... consensus, ... way to, ... way of knowing',
  ),
  ...each(
    'could you, can you, would you, could you please, can you please, please, kindly',
    'provide, clarify, specify, give me, tell me, elaborate, rephrase, share, explain, be more specific',
  ),
  ...each('I have, I', 'never heard, never come across, never encountered'),
  ...each('never, have not, I have not', 'heard of'),
  ...each('I do not, I did not', 'understand, follow, recognize, recognise, get, speak'),
  ...each('I am, we are', 'not expert, no expert, not specialist, stumped, drawing blank, confused, lost, at loss'),
  ...'not expert, no expert, I forgot, I forget, I have forgotten, I draw blank, wish I knew, I wish I knew, I wish I could, if only I knew'.split(
    ', ',
  ),
  ...each('... is not something, ... is not anything', 'I know, I can, I am'),
  ...each('my knowledge, my training, my training data, my data', 'does not, do not, did not'),
  ...each('... is, ... was', 'not in my training data, not part of my training data, not in my knowledge'),
  ...each('I do not think I, I do not believe I', 'know, remember, can answer'),
  ...each('I have not been, I was not', 'trained, told, given, provided'),
  ...each('as ... AI, as ... language model, as assistant, I am ... AI, I am ... language model', '... not, ... unable'),
  ...each('question', 'does not provide, does not give, does not contain, lacks'),
  ...each('information, answer, data, details', 'not available, not provided, not found, unavailable'),
  ...each('there is not, there are not', 'any information, any record, any data, any details, enough'),
  ...'nothing comes to mind, I am still learning, does not ring bell, name does not ring bell'.split(', '),
  ...each('question is', 'unclear, not clear, ambiguous, incomplete, vague, nonsensical, invalid'),
  ...each('question, that, this, it', 'does not make sense, makes no sense'),
  ...'your guess is as good as mine, search me, beyond me, that is beyond me, out of my depth, I am out of my depth'.split(', '),
]

/** Short refusals, which count only at the start of a sentence, as all of it or before a comma: "unknown" is also part of names. */
export const SHORT_REFUSALS: readonly string[] = [
  ...each('do not, did not', 'know, remember, recall, understand'),
  ...each(
    'can not, could not',
    'say, tell, answer, remember, recall, determine, find, be determined, be known, be answered, be found, help, help with that',
  ),
  ...each(
    'not',
    'sure, certain, known, available, given, specified, provided, stated, enough information, enough context, enough data, possible to say, possible to determine, clue, aware, familiar, clear',
  ),
  ...each('no', 'idea, clue, information, answer, comment, data, response, definitive answer, clear answer'),
  ...each('insufficient', 'information, data, context, knowledge'),
  ...each('impossible to, hard to, difficult to, unable to', 'say, tell, know, determine, answer, find, help'),
  ...'idk, dunno, unknown, unsure, uncertain, unclear, undetermined, beats me, have not a clue, pass, i am not aware'.split(', '),
  ...'I can not, we can not, I am not allowed to, I have forgotten, forgot, drawing blank, stumped, no answer, no clue lol, idk lol, idk man, I give up, not that I know of, not that I am aware of, I can only guess, I could only guess'.split(
    ', ',
  ),
]

/**
 * Words that a refusal may have inside it without becoming another text, besides those that end as adverbs do (-ly, -ment, -mente):
 * "I'm not too sure", "Das weiß ich leider nicht".
 */
export const ADVERBS = new Set(
  (
    'a an the quite so very too just even still at all that yet also now currently exactly 100 percent for honest sorry ever ' +
    'hélas vraiment bien encore leider wirklich genau ehrlich gerade auch nog helaas echt eigenlijk realmente pues aún davvero ' +
    'proprio ainda mesmo faktiskt riktigt tyvärr niestety naprawdę jeszcze точно пока честно gerçekten maalesef valitettavasti ' +
    'sajnos bohužel 真 真的 本当に ちょっと よく 也 还 잘 정말 حقا'
  ).split(' '),
)

/** Words before an answer or a refusal that say nothing themselves: "Sorry, unknown", "Well, I'm afraid it is unclear". */
export const LEAD_WORDS = new Set(
  'sorry hmm hm hmmm well oh um uh ah okay ok so but and answer is it this that was i am afraid my apologies yeah no'.split(' '),
)

/** Sentences before a refusal that give no answer: apologies, and sounds of thinking. A sentence about the question is one too. */
export const OPENERS: readonly string[] = [
  ...'sorry, i am sorry, so sorry, i apologize, i apologise, apologies, my apologies, pardon, pardon me, excuse me, forgive me'.split(', '),
  ...'hmm, hm, hmmm, well, oh, um, uh, ah, okay, ok, alas, let me see, let me think, thank you, thanks, hello, hi, no'.split(', '),
  ...'désolé, désolée, je suis désolé, je suis désolée, pardon, excusez moi, hélas, lo siento, perdón, disculpa, disculpe'.split(', '),
  ...'es tut mir leid, tut mir leid, entschuldigung, mi dispiace, scusa, scusi, desculpe, desculpa, sinto muito, lamento'.split(', '),
  ...'het spijt me, sorry hoor, förlåt, jag är ledsen, anteeksi, valitettavasti, przepraszam, przykro mi, извините, простите'.split(', '),
  ...'к сожалению, üzgünüm, maalesef, özür dilerim, xin lỗi, tôi xin lỗi, sajnálom, omlouvám se, promiňte, συγγνώμη, λυπάμαι'.split(', '),
  ...'סליחה, מצטער, אני מצטער, آسف, أنا آسف, عذرا, متأسفم, متأسفانه, ببخشید, क्षमा करें, माफ़ कीजिए, माफ करें, मुझे खेद है, ขออภัย, ขอโทษ'.split(', '),
  ...'抱歉, 很抱歉, 对不起, 對不起, 不好意思, 申し訳ありません, 申し訳ございません, すみません, ごめんなさい, うーん, 죄송합니다, 미안합니다, 음'.split(
    ', ',
  ),
]

/** In a sentence about the question: "That's a great question!" */
export const QUESTION_WORDS = new Set('question frage pregunta pergunta domanda vraag fråga вопрос soru pytanie'.split(' '))
