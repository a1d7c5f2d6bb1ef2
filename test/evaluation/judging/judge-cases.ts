import type { Question } from '../../../src/data/question/question.js'
import type { AliasMatching } from '../../../src/evaluation/judging/aliases/alias.js'
import type { Outcome } from '../../../src/evaluation/measures/outcome.js'

/** The table that says how answers are judged: what it claims, the question, the output, the outcome. */
export interface JudgeCase {
  /** Which rule it shows. */
  section: JudgeSection
  claim: string
  question: Question
  output: string
  outcome: Outcome
  matching?: AliasMatching
}

export type JudgeSection = 'empty' | 'refused' | 'letters' | 'no letter' | 'open-ended'

/** Phrases in several languages: whatever the configuration names counts. */
export const REFUSAL_PHRASES = [
  "I don't know",
  "I'm not sure",
  'I am not sure',
  'Je ne sais pas',
  'Ich weiß es nicht',
  'No lo sé',
  'わかりません',
  '不知道',
]

const capital: Question = {
  id: 'c',
  kind: 'mcqa',
  question: 'Capital of France?',
  options: ['London', 'Paris', 'Rome', 'Vitamin C'],
  answer: 1,
}
const first: Question = { ...capital, id: 'f', answer: 0 }
const tricky: Question = { id: 't', kind: 'mcqa', question: 'Which?', options: ['Vitamin C', 'B', 'Type A', 'A dog'], answer: 0 }
const equal: Question = { id: 'e', kind: 'mcqa', question: 'Which?', options: ['4', '5', '4', '6'], answer: 0 }
const three: Question = { id: '3', kind: 'mcqa', question: 'Which?', options: ['red', 'green', 'blue'], answer: 2 }

const signs: Question = { id: 's', kind: 'mcqa', question: 'Which?', options: ['BB', 'Bb', '~P', 'A and B'], answer: 1 }
const signed: Question = { ...signs, options: ['h < c', 'h > c', '-1', '1'], answer: 2 }

const open = (...answers: string[]): Question => ({ id: 'o', kind: 'oeqa', question: 'Which?', answers })

type Row = [claim: string, question: Question, output: string, outcome: Outcome, matching?: AliasMatching]

const empty: Row[] = [
  ['nothing', capital, '', 'unparseable'],
  ['only blanks', capital, ' \t ', 'unparseable'],
  ['only line breaks', open('Paris'), '\n\n', 'unparseable'],
  ['only a zero-width space', open('Paris'), '\u200b', 'unparseable'],
]

const refused: Row[] = [
  ['the phrase itself', open('Paris'), "I don't know.", 'refused'],
  ['a curly apostrophe', open('Paris'), 'I don’t know.', 'refused'],
  ['no apostrophe at all', open('Paris'), 'i dont know', 'refused'],
  ['capitals', open('Paris'), "I DON'T KNOW", 'refused'],
  ['an answer after it is still a refusal', open('Paris'), "I don't know, but perhaps Paris.", 'refused'],
  ['an answer in the next sentence too', open('Paris'), "I don't know. Paris?", 'refused'],
  ['inside the first sentence', open('Paris'), "Sorry, I don't know that.", 'refused'],
  ['a refusal in the second sentence does not count', open('Paris'), "Paris. I don't know more.", 'correct'],
  ['an abbreviation ends no sentence', open('Paris'), "Well, Dr. Who, I don't know.", 'refused'],
  ['an ellipsis ends no sentence', open('Paris'), "Hmm... I don't know.", 'refused'],
  ['on the second line it is not seen', open('Paris'), "Paris\nI don't know", 'correct'],
  ['another language', open('Paris'), 'Je ne sais pas !', 'refused'],
  ['a script without spaces', open('東京'), '私にはわかりません。', 'refused'],
  ['multiple choice: before any letter', capital, "I don't know, B", 'refused'],
  ['multiple choice: emphasised', capital, "**I don't know.**", 'refused'],
  ['a longer word is not the phrase', open('knowledge'), "I don't knowledge", 'correct'],
  ['a phrase that is neither configured nor built in is an answer', open('Paris'), 'Hakuna wazo', 'wrong'],
  ['a doubt with a letter after it', capital, "I'm not sure, but maybe B", 'refused'],
  ['a doubt with a curly apostrophe', capital, 'I’m not sure', 'refused'],
  ['a letter with a doubt after it, in one sentence', capital, "B, but I'm not sure", 'refused'],
  ['a letter, and a doubt in the next sentence', capital, "B. I'm not sure though.", 'correct'],
  ['French, in the middle of a sentence', open('Paris'), 'Désolé, je ne sais pas.', 'refused'],
  ['French, followed by a guess', capital, 'Je ne sais pas, peut-être B', 'refused'],
  ['German, with sharp s', open('Paris'), 'ICH WEISS ES NICHT', 'refused'],
  ['Spanish, with an accent', open('París'), 'No lo sé.', 'refused'],
  ['Chinese, without blanks', open('巴黎'), '对不起，我不知道答案。', 'refused'],
]

const letters: Row[] = [
  ['a letter', capital, 'B', 'correct'],
  ['another letter', capital, 'A', 'wrong'],
  ['a small letter', capital, 'b', 'correct'],
  ['with a full stop', capital, 'B.', 'correct'],
  ['in parentheses', capital, '(b)', 'correct'],
  ['in brackets', capital, '[B]', 'correct'],
  ['half a parenthesis', capital, 'B)', 'correct'],
  ['emphasised', capital, '**B**', 'correct'],
  ['emphasised with its full stop', capital, '**B.**', 'correct'],
  ['quoted', capital, '“B”', 'correct'],
  ['boxed', capital, '$\\boxed{B}$', 'correct'],
  ['full-width', capital, '（Ｂ）', 'correct'],
  ['leading blanks', capital, '  B', 'correct'],
  ['letter and text', capital, 'B) Paris', 'correct'],
  ['letter, full stop and text', capital, 'B. Paris', 'correct'],
  ['letter, colon and text', capital, 'B: Paris', 'correct'],
  ['letter, dash and text', capital, 'B - Paris', 'correct'],
  ['letter and its own text', capital, 'B Paris', 'correct'],
  ['A before its own text is a letter', first, 'A London', 'correct'],
  ['the letter counts where the text is another option', capital, 'A. Paris', 'wrong'],
  ['a label', capital, 'Answer: B', 'correct'],
  ['a label in small letters', capital, 'answer: b', 'correct'],
  ['a label without a blank', capital, 'Answer:B', 'correct'],
  ['a sentence', capital, 'The answer is B', 'correct'],
  ['a sentence with parentheses', capital, 'The correct answer is (B).', 'correct'],
  ['a sentence with a colon', capital, 'The correct answer is: B', 'correct'],
  ['a sentence with emphasis', capital, 'The correct option is **B) Paris**.', 'correct'],
  ['"option"', capital, 'I would choose option B.', 'correct'],
  ['the letter first', capital, 'B is the correct answer.', 'correct'],
  ['with a reason', capital, 'B because it lies on the Seine', 'correct'],
  ['a sentence that ends in A', first, 'The answer is A.', 'correct'],
  ['Chinese', capital, '答案是B', 'correct'],
  ['German', capital, 'Die Antwort ist B.', 'correct'],
  ['French', capital, 'Réponse : B', 'correct'],
  ['only the first line counts', capital, 'B\nA', 'correct'],
  ['an exact text', capital, 'Paris', 'correct'],
  ['an exact text in other case, with a full stop', capital, 'paris.', 'correct'],
  ['an exact text of another option', capital, 'Rome', 'wrong'],
  ['an exact text after a label', capital, 'Answer: Paris', 'correct'],
  ['an exact text in a sentence', capital, 'The answer is Paris.', 'correct'],
  ['a text that holds a letter', tricky, 'Vitamin C', 'correct'],
  ['a letter before a text that holds another', tricky, 'A. Vitamin C', 'correct'],
  ['a bare letter is the letter, even if it is some option’s text', tricky, 'B', 'wrong'],
  ['an option that begins with an article', tricky, 'A dog', 'wrong'],
  ['the last of three options', three, 'C', 'correct'],
  ['case counts where options differ in nothing else', signs, 'Bb', 'correct'],
  ['a letter before a text that names two', signs, 'D. A and B', 'wrong'],
  ['the text that names two letters, alone', signs, 'A and B', 'wrong'],
  ['a sign counts', signed, '-1', 'correct'],
  ['a sign counts after a letter', signed, 'C -1', 'correct'],
  ['signs that look like markup', signed, 'h < c', 'wrong'],
  ['an ideographic full stop', capital, 'B。', 'correct'],
  ['a tag', capital, '<b>B</b>', 'correct'],
  ['an answer tag', capital, '<answer>B</answer>', 'correct'],
  ['a heading', capital, '### B', 'correct'],
  ['a list item', capital, '- B', 'correct'],
  ['code', capital, '`B`', 'correct'],
  ['a label with emphasis inside', capital, '**Answer:** B', 'correct'],
  ['a label and a boxed text', capital, 'Final answer: $\\boxed{\\text{B}}$', 'correct'],
  ['a circled letter', capital, 'Ⓑ', 'correct'],
  ['a polite start', capital, 'Sure! The answer is B.', 'correct'],
  ['text, then letter', capital, 'Paris (B)', 'correct'],
  ['the same letter twice', capital, 'B, B', 'correct'],
  ['no blank after the mark', capital, 'B.Paris', 'correct'],
  ['Chinese without a blank', capital, '选B', 'correct'],
  ['Korean with an ending', capital, '정답은 B입니다', 'correct'],
  ['Japanese', capital, '回答：B', 'correct'],
  ['Spanish with an article', capital, 'La respuesta correcta es la B.', 'correct'],
  ['Russian', capital, 'Ответ: B', 'correct'],
  ['an explanation below', capital, 'B\n\nExplanation: A is in England.', 'correct'],
]

const noLetter: Row[] = [
  ['two letters', capital, 'A or B', 'unparseable'],
  ['two letters, comma', capital, 'A, B', 'unparseable'],
  ['two letters, slash', capital, 'B/C', 'unparseable'],
  ['two letters in parentheses', capital, '(A) or (B)', 'unparseable'],
  ['both', capital, 'Both A and B', 'unparseable'],
  ['all', capital, 'A B C D', 'unparseable'],
  ['two letters in a sentence', capital, 'The answer is A or B', 'unparseable'],
  ['one of them denied', capital, 'B, not C', 'unparseable'],
  ['a letter that is no option', capital, 'E', 'unparseable'],
  ['a fourth of three options', three, 'D', 'unparseable'],
  ['the article A', capital, 'A city in France', 'unparseable'],
  ['the pronoun I', capital, 'I think so', 'unparseable'],
  ['an article after "is"', capital, 'The answer is a city', 'unparseable'],
  ['a letter inside a word', capital, 'Berlin', 'unparseable'],
  ['a letter that names something', capital, 'Vitamin B', 'unparseable'],
  ['letters together', capital, 'AB', 'unparseable'],
  ['a text that is only contained', capital, 'It may be near Paris or so', 'unparseable'],
  ['a text that two options share', equal, '4', 'unparseable'],
  ['a text of one of them', equal, '5', 'wrong'],
  ['"N/A" is no letter', capital, 'N/A', 'unparseable'],
  ['an option or none of them', capital, 'A or E', 'unparseable'],
  ['a denied letter', capital, 'The answer is not B', 'unparseable'],
  ['none of the options', capital, 'None of the above', 'unparseable'],
  ['two texts', capital, 'Paris or Rome', 'unparseable'],
  ['a number for a letter', capital, '2', 'unparseable'],
  ['a refusal that is neither configured nor built in', capital, 'Hakuna wazo.', 'unparseable'],
]

const openEnded: Row[] = [
  ['the alias', open('Paris'), 'Paris', 'correct'],
  ['the alias in a sentence', open('Paris'), 'It is Paris, of course.', 'correct'],
  ['any alias', open('Paris', 'City of Light'), 'the city of light', 'correct'],
  ['no alias', open('Paris'), 'London', 'wrong'],
  ['case', open('PARIS'), 'paris', 'correct'],
  ['accents', open('São Tomé'), 'Sao Tome', 'correct'],
  ['accents of the answer', open('Malmo'), 'Malmö', 'correct'],
  ['a stroke', open('Lodz'), 'Łódź', 'correct'],
  ['sharp s', open('Strasse'), 'STRAẞE', 'correct'],
  ['compatibility forms', open('H2O'), 'H₂O', 'correct'],
  ['full-width digits', open('12'), '１２', 'correct'],
  ['articles of the answer', open('Eiffel Tower'), 'The Eiffel Tower', 'correct'],
  ['articles of the alias', open('The Beatles'), 'Beatles', 'correct'],
  ['an article that names', open('Vitamin A'), 'vitamin C', 'wrong'],
  ['an article that names, inside a sentence', open('Vitamin A'), 'It is vitamin A that helps.', 'correct'],
  ['an alias that is only an article', open('A'), 'It is a dog', 'wrong'],
  ['an alias that is only an article, alone', open('A'), 'A', 'correct'],
  ['punctuation', open('Guinea-Bissau'), 'Guinea Bissau!', 'correct'],
  ['initials', open('J. K. Rowling'), 'J.K. Rowling', 'correct'],
  ['abbreviations', open('USA'), 'U.S.A.', 'correct'],
  ['apostrophes', open("O'Brien"), 'O’Brien', 'correct'],
  ['a possessive', open('Einstein'), "Einstein's theory", 'correct'],
  ['a name with one', open("McDonald's"), 'McDonalds', 'correct'],
  ['whole words only', open('1'), '10', 'wrong'],
  ['whole words only, letters', open('Man'), 'Manchester', 'wrong'],
  ['published: a substring', open('1'), '10', 'correct', 'substring'],
  ['published: accents matter', open('São'), 'Sao', 'wrong', 'substring'],
  ['exact: nothing else', open('Paris'), 'Paris, France', 'wrong', 'exact'],
  ['exact: but articles and case', open('The Beatles'), 'beatles.', 'correct', 'exact'],
  ['number words', open('21'), 'twenty-one', 'correct'],
  ['digits for number words', open('Seven'), '7', 'correct'],
  ['long numbers', open('205'), 'two hundred and five', 'correct'],
  ['thousands separators', open('1000000'), '1,000,000', 'correct'],
  ['millions', open('5,000,000'), '5 million', 'correct'],
  ['ordinals', open('21st'), 'the twenty-first', 'correct'],
  ['decimals are one number', open('3'), '3.14', 'wrong'],
  ['trailing zeros', open('4.5'), '4.50', 'correct'],
  ['a minus sign', open('-40'), '40', 'wrong'],
  ['a typographic minus', open('-40'), '−40 °C', 'correct'],
  ['a range is two numbers', open('1918'), '1914-1918', 'correct'],
  ['"no one" is no number', open('1'), 'No one knows', 'wrong'],
  ['symbols that belong to a name', open('C'), 'C++', 'wrong'],
  ['Chinese inside a sentence', open('东京'), '日本的首都是东京。', 'correct'],
  ['Japanese voicing marks matter', open('がき'), 'かき', 'wrong'],
  ['Korean with a particle', open('서울'), '서울입니다', 'correct'],
  ['Thai', open('กรุงเทพ'), 'คือกรุงเทพมหานคร', 'correct'],
  ['Cyrillic', open('Москва'), 'москва.', 'correct'],
  ['Greek final sigma', open('Λόγος'), 'ΛΟΓΟΣ', 'correct'],
  ['Arabic vowel marks', open('محمد'), 'مُحَمَّد', 'correct'],
  ['only the first line counts', open('Paris'), 'London\nParis', 'wrong'],
  ['blank lines before it do not', open('Paris'), '\nParis', 'correct'],
  ['words of the alias apart', open('New York'), 'New and York', 'wrong'],
  ['a symbol alone', open('$'), '$', 'correct'],
  ['a symbol is not everywhere', open('$'), 'dollar', 'wrong'],
  ['an alias of an empty string', open(' '), 'anything', 'wrong', 'substring'],
]

const inSection = (section: JudgeSection, rows: Row[]): JudgeCase[] =>
  rows.map(([claim, question, output, outcome, matching]) => ({
    section,
    claim,
    question,
    output,
    outcome,
    ...(matching === undefined ? {} : { matching }),
  }))

export const JUDGE_CASES: JudgeCase[] = [
  ...inSection('empty', empty),
  ...inSection('refused', refused),
  ...inSection('letters', letters),
  ...inSection('no letter', noLetter),
  ...inSection('open-ended', openEnded),
]
