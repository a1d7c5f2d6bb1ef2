import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../../src/data/dataset.js'
import { folderWith, rejection } from '../temporary-folder.js'

const load = (text: string) => loadDataset({ name: `csv:${join(folderWith({ 'q.csv': text }), 'q.csv')}` })
const choicesOf = async (text: string) => (await load(text)).questions.map(({ options, answer }) => [options, answer])
const answersOf = async (text: string) => (await load(text)).questions.map(({ answers }) => answers)

describe('options are found under every name that people give their columns', () => {
  it.each([
    'A,B',
    'a,b',
    'option_a,option_b',
    'Option A,Option B',
    '(A),(B)',
    'A.,B.',
    'choice1,choice2',
    'Choice 1,Choice 2',
    'choices.0,choices.1',
    'option0,option1',
    'choices/text/0,choices/text/1',
    'opa,opb',
    'Answer A,Answer B',
  ])('%s', async (options) => {
    expect(await choicesOf(`question,${options},correct_answer\nQ?,Rome,Paris,Paris\n`)).toEqual([[['Rome', 'Paris'], 1]])
  })

  it.each([
    ['А,Б,В', 'Б'], // Cyrillic
    ['А,В,С', 'В'], // Cyrillic letters that look like A, B, C
    ['A,В,C', 'B'], // one of them among Latin ones
    ['Α,Β,Γ', 'Β'], // Greek
    ['α,β,γ', 'β'],
    ['أ,ب,ج', 'ب'],
    ['الف,ب,ج', 'ب'],
    ['أ,ب,ت', 'ب'],
    ['क,ख,ग', 'ख'],
    ['ア,イ,ウ', 'イ'],
    ['가,나,다', '나'],
    ['甲,乙,丙', '乙'],
    ['I,II,III', 'II'],
    ['1,2,3', '2'],
    ['0,1,2', '1'],
    ['١,٢,٣', '٢'],
    ['①,②,③', '②'],
    ['Ａ,Ｂ,Ｃ', 'Ｂ'],
    ['选项A,选项B,选项C', 'B'],
    ['Вариант 1,Вариант 2,Вариант 3', '2'],
  ])('under the letters and numbers of every script: %s', async (options, answer) => {
    expect(await choicesOf(`question,${options},answer\nQ?,Rome,Paris,Oslo,${answer}\n`)).toEqual([[['Rome', 'Paris', 'Oslo'], 1]])
  })

  it('by their letters, wherever they stand', async () => {
    expect(await choicesOf('question,В,Б,А,answer\nQ?,x,y,z,А\nR?,x,y,z,В\n')).toEqual([
      [['z', 'y', 'x'], 0],
      [['z', 'y', 'x'], 2],
    ])
  })

  it.each([
    ['["Rome", "L\'Aquila"]', 'a JSON list'],
    ["['Rome', \"L'Aquila\"]", 'a Python list'],
    ["Rome | L'Aquila", 'texts with | between them'],
  ])('in one cell: %s', async (list) => {
    expect(await choicesOf(`question,choices,answer\nQ?,"${list.replaceAll('"', '""')}",B\n`)).toEqual([[['Rome', "L'Aquila"], 1]])
  })

  it.each([
    ['a gap', 'question,A,B,D,answer\nQ?,x,y,z,A\n', /"A", "B", "D": they name options, but not one after the other/],
    ['one option twice', 'question,A,B,option_b,answer\nQ?,x,y,z,A\n', /they name options, but not one after the other/],
    ['numbers that begin with 2', 'question,choice2,choice3,answer\nQ?,x,y,2\n', /not one after the other from 1/],
    ['letters in two orders', 'question,A,B,1,2,answer\nQ?,x,y,z,w,1\n', /they name options in more than one order/],
    ['a list beside columns', 'question,options,A,B,answer\nQ?,x|y,x,y,A\n', /more than one of them holds the options/],
    ['wrong answers without a place', 'question,distractor1,distractor2,answer\nQ?,x,y,z\n', /not clear which is which/],
    ['answers with numbers, which may all be right', 'question,answer1,answer2,answer\nQ?,x,y,x\n', /not clear which is which/],
    ['numbers with a gap', 'question,1,3,answer\nQ?,x,y,1\n', /not clear which is which/],
    [
      'names that nobody knows, and letters',
      'question,first,second,answer\nQ?,x,y,B\n',
      /every answer is a letter .* no column of options/,
    ],
    [
      'names that nobody knows, and numbers',
      'question,un,deux,trois,answer\nQ?,x,y,z,3\n',
      /a small number, or names another column, and no column of options/,
    ],
    [
      'names that nobody knows, and texts',
      'question,first,second,answer\nQ?,x,y,y\nR?,x,y,x\n',
      /every answer is the text of another column, and no column of options/,
    ],
    ['candidates', 'question,candidates,answer\nQ?,"[""x"",""y""]",y\n', /"candidates": they may be options/],
    ['names that answers call', 'question,eins,zwei,answer\nQ?,x,y,zwei\nR?,x,y,eins\n', /names another column, and no column of options/],
    ['two columns of right options', 'question,A,B,answer,correct_option\nQ?,x,y,A,B\n', /"answer" and "correct_option" are both read as/],
    ['cells under no name', 'question,answers,\nQ?,x,y\n', /q\.csv:1: column 3 has no name, and in .*q\.csv:2 it is not empty/],
    ['JSON', '{"id": "a"}\n{"id": "b"}\n', /JSON, not CSV/],
  ])('%s is refused, and nothing is read as something else', async (_, text, said) => {
    const failure = await rejection(load(text))
    expect(failure).toMatchObject({ code: 'data_invalid', message: expect.stringMatching(said) })
    expect(failure.message).toContain('q.csv:1')
    expect(failure.hint).toBeTruthy()
  })

  it.each([
    "['Rome' 'Paris']",
    "('Rome', 'Paris')",
    "{'text': ['Rome', 'Paris']}",
    '[Rome, Paris]',
    "['Rome', b'Paris']",
    'Rome; Paris',
    'Rome||Paris',
    '|Rome|',
    'Rome (Lazio|Paris',
  ])('a cell %s is refused with its row', async (cell) => {
    const failure = await rejection(load(`question,options,answer\nQ?,x|y,A\nR?,"${cell}",B\n`))
    expect(failure).toMatchObject({ message: expect.stringMatching(/q\.csv:3: .*: not a list in a form that is read$/) })
    expect(failure.hint).toContain('["one", "two"]')
  })

  it.each([
    ['a list with the answer in it', "question,foo,answer\nQ?,\"['x', 'y']\",y\n", /q\.csv:2: "foo" is not read, and may hold the options/],
    ['further answers', 'question,synonyms,answer\nQ?,y|z,x\n', /q\.csv:2: "synonyms" is not read, and may hold right answers/],
    [
      'what is asked about',
      'question,context,answer\nQ?,,x\nR?,Long ago,x\n',
      /q\.csv:3: "context" is not read, and may be what the question is/,
    ],
    ['a text under two words', 'question,source_text,answer\nQ?,Long ago,x\n', /"source_text" is not read, and may be what/],
    ['the same for options', 'question,passage,A,B,answer\nQ?,Long ago,x,y,A\n', /q\.csv:2: "passage" is not read/],
  ])('a column that holds %s is not left out', async (_, text, said) => {
    expect((await rejection(load(text))).message).toMatch(said)
  })

  it.each([
    'document,text,table,code,history,background,sentence,prompt,input,story',
    'excerpt,transcript,scenario,evidence,chart,content,Document Text,context_1,chat history,sentences,image_path,code_snippet',
  ])('texts that a question is about are known by many names: %s', async (names) => {
    for (const name of names.split(',')) {
      expect((await rejection(load(`question,${name},answer\nWhat is it?,x = 1,y\n`))).message).toContain(
        `"${name}" is not read, and may be`,
      )
    }
  })

  it.each([
    ['a text that the question holds', 'question,sentence,answer\nWhat means It rains?,It rains,x\n', 'sentence'],
    ['a word as a code', 'question,code,answer\nWhere?,FR,x\n', 'code'],
    ['a name that only begins so', 'question,text_id,input_tokens,answer\nWhere?,a b,7,x\n', 'text_id, input_tokens'],
  ])('%s is only named', async (_, text, names) => {
    expect((await load(text)).notes).toEqual([expect.stringContaining(`not read: ${names}`)])
  })

  it('texts in "answers" beside options are not left out', async () => {
    const failure = await rejection(load('question,A,B,answer,answers\nQ?,x,y,A,\nR?,x,y,B,y|why\n'))
    expect(failure.message).toMatch(/q\.csv:3: the row has options, and texts in "answers"/)
  })

  it('a row that says it is open-ended may have options in a column that is not read', async () => {
    const { questions, notes } = await load("question,kind,foo,answer\nQ?,oeqa,\"['x', 'y']\",y\n")
    expect([questions[0]?.answers, notes]).toEqual([['y'], [expect.stringContaining('not read: foo')]])
  })

  it('columns of other names are named in a note', async () => {
    expect((await load('question,answers,lang,source\nQ?,x,en,me\n')).notes[0]).toMatch(/q\.csv: columns that are not read: lang, source$/)
  })
})

describe('options that were written somewhere else than in columns', () => {
  it.each([
    ['A text', '"Capital? A) Rome B) Paris C) Oslo",B', /q\.csv:2: the question holds its options/],
    ['lines', '"Capital?\n(a) Rome\n(b) Paris",(b)', /the question holds its options/],
    ['numbers', '"Capital? 1. Rome 2. Paris",2', /the question holds its options/],
    ['a text as answer', '"Capital? A. Rome, B. Paris",Paris', /the question holds its options/],
    ['letters alone', 'Capital of France?,B\nOf Italy?,a', /every answer is a letter, as options have, and no column of options/],
  ])('%s: refused with the way out', async (_, rows, said) => {
    const failure = await rejection(load(`question,answer\n${rows}\n`))
    expect(failure.message).toMatch(said)
    expect(failure.hint).toContain('in a column of its own')
  })

  it.each([
    ['another answer', '"Name (a) the capital of France, (b) of Italy",Paris and Rome'],
    ['one letter among words', 'Which vitamin prevents scurvy?,C\nWhere?,Rome'],
    ['numbers', 'How many?,2\nAnd here?,3'],
    ['initials', 'Who were A. Einstein and B. Russell?,scientists'],
  ])('%s: no options', async (_, rows) => {
    expect((await load(`question,answer\n${rows}\n`)).questions[0]?.kind).toBe('oeqa')
  })

  it('letters are right answers where the file says that its questions are open-ended', async () => {
    expect(await answersOf('question,answer,kind\nWhich vitamin prevents scurvy?,C,oeqa\n')).toEqual([['C']])
  })
})

describe('labels in the texts of options', () => {
  it.each([
    ['A. Rome,B. Paris,B'],
    ['(a) Rome,(b) Paris,(b) Paris'],
    ['1) Rome,2) Paris,2) Paris'],
    ['A: Rome,B: Paris,Paris'],
    ['А) Rome,Б) Paris,B'],
    ['i. Rome,ii. Paris,B'],
  ])('are left out where they fit the order, and a note says so: %s', async (cells) => {
    const { questions, notes } = await load(`question,A,B,answer\nQ?,${cells}\n`)
    expect([questions[0]?.options, questions[0]?.answer]).toEqual([['Rome', 'Paris'], 1])
    expect(notes).toEqual([expect.stringContaining(`as in "${cells.split(',')[0]}"`)])
  })

  it('are left out of a list too', async () => {
    expect(await choicesOf('question,options,answer\nQ?,A. Rome|B. Paris,A\n')).toEqual([[['Rome', 'Paris'], 0]])
  })

  it('that contradict the order are refused', async () => {
    const failure = await rejection(load('question,A,B,answer\nQ?,B) Rome,A) Paris,A\n'))
    expect(failure.message).toMatch(/q\.csv:2: "A\) Paris" is option B: the labels/)
  })

  it.each(['A. Rome,Paris', '1. Bundesliga,2. Bundesliga', 'J. Smith,K. Jones', '1: 2,2: 3', 'A,B'])('are none in %s', async (options) => {
    expect(
      await choicesOf(`question,one,choice1,choice2,answer\nQ?,,${options},0\nR?,,x,y,1\n`.replace('choice1,choice2', 'choice0,choice1')),
    ).toEqual([
      [options.split(','), 0],
      [['x', 'y'], 1],
    ])
  })
})

describe('names that are not read', () => {
  it.each([
    ['Q,A', 'Rename "Q" to "question" and "A" to "answer", if that is what they hold.'],
    ['prompt,completion,label', 'Rename "prompt" to "question" and "label" to "answer", if that is what they hold.'],
    ['question,A', 'Rename "A" to "answer", if that is what it holds.'],
    ['stem,A,B,answer', 'Is "stem" meant for it? Rename it to "question".'],
  ])('%s: the hint says what to rename', async (names, hint) => {
    expect((await rejection(load(`${names}\nWhat?,x,y,z\n`))).hint).toBe(hint)
  })
})

describe('the right option', () => {
  const FOUR = 'question,A,B,C,D,answer\n'

  it.each([
    ['letters', ['B', 'd'], [1, 3]],
    ['letters with signs', ['(B)', 'D.'], [1, 3]],
    ['letters with a word', ['Option B', 'option d'], [1, 3]],
    ['texts', ['x', 'z'], [1, 3]],
    ['letters and texts', ['B. x', 'D) z'], [1, 3]],
    ['texts in other capitals', ['X', 'Z'], [1, 3]],
    ['Roman numbers', ['II', 'iv'], [1, 3]],
    ['wide letters', ['Ｂ', '（Ｄ）'], [1, 3]],
    ['a letter in one row, a text in another', ['B', 'z'], [1, 3]],
    ['numbers that count from 0, for one of them is 0', ['0', '2'], [0, 2]],
    ['numbers that count from 1, for one of them is 4', ['4', '2'], [3, 1]],
  ])('is read from %s', async (_, answers, positions) => {
    const rows = answers.map((answer, index) => `Q${index}?,w,x,y,z,${answer}`).join('\n')
    expect((await load(`${FOUR}${rows}\n`)).questions.map(({ answer }) => answer)).toEqual(positions)
  })

  it('that is a number is told to be counted from 0 or from 1', async () => {
    expect((await load(`${FOUR}Q?,w,x,y,z,0\n`)).notes[0]).toContain('the right options are positions counted from 0')
  })

  it('is called by the number that its column has', async () => {
    expect(await choicesOf('question,choice0,choice1,answer\nQ?,x,y,1\n')).toEqual([[['x', 'y'], 1]])
    expect(await choicesOf('question,choice1,choice2,answer\nQ?,x,y,1\n')).toEqual([[['x', 'y'], 0]])
  })

  it('is a letter where other rows can only be letters, even if it is an option too', async () => {
    const rows = await choicesOf(`${FOUR}Which blood?,O,A,B,AB,B\nQ?,w,x,y,z,D\n`)
    expect(rows.map(([, answer]) => answer)).toEqual([1, 3])
  })

  it.each([
    ['letters that may be of two alphabets', 'Q?,w,x,y,z,Б\nR?,w,x,y,z,А\n', /q\.csv:2: no right answer: "Б" is none of A to D/],
    [
      'numbers that may count from 0 or from 1',
      'Q?,w,x,y,z,1\nR?,w,x,y,z,2\n',
      /q\.csv:2: "1" may be .* from 0 \(option B\) or .* from 1 \(option A\)/,
    ],
    [
      'a text that may be a position',
      '2 + 2?,3,4,5,6,4\n',
      /q\.csv:2: "4" may be an option's text \(option B\) or a position counted from 1/,
    ],
    [
      'a number among positions that is a text too',
      '2+2?,4,1,2,3,4\n1+1?,2,9,3,4,1\n',
      /q\.csv:2: "4" may be an option's text \(option A\) or a position counted from 1 \(option D\)/,
    ],
    [
      'a text that may be a letter',
      'Which blood?,O,A,B,AB,B\n',
      /q\.csv:2: "B" may be a letter \(option B\) or an option's text \(option C\)/,
    ],
    ['a text of two options', 'Q?,x,x,y,z,x\n', /q\.csv:2: no right answer: "x" is none of A to D/],
    ['several letters', 'Q?,w,x,y,z,A\nR?,w,x,y,z,"A, C"\n', /q\.csv:3: no right answer: "A, C" is none of A to D/],
  ])('is not guessed: %s', async (_, rows, said) => {
    const failure = await rejection(load(FOUR + rows))
    expect(failure).toMatchObject({ code: 'data_invalid', message: expect.stringMatching(said), hint: expect.stringMatching(/./) })
  })
})

describe('the right answers to an open-ended question', () => {
  it('may be a list as JSON or Python writes it', async () => {
    const text = `question,answers\nQ?,"['Paris', ""L'Aquila""]"\nR?,"[""a|b"", ""c""]"\nS?,['x']\nT?,"['O\\'Brien', 'caf\\xe9']"\n`
    expect(await answersOf(text)).toEqual([['Paris', "L'Aquila"], ['a|b', 'c'], ['x'], ["O'Brien", 'café']])
  })

  it.each([
    ['P(A|B)', ['P(A|B)']],
    ['P(A|B) | conditional probability', ['P(A|B)', 'conditional probability']],
    ['{x | x > 0}', ['{x | x > 0}']],
    ['$|x|$ | the absolute value', ['$|x|$', 'the absolute value']],
    ['\\left|x\\right|', ['\\left|x\\right|']],
    ['$5 | $10', ['$5', '$10']],
    ['{1, 2}', ['{1, 2}']],
    ['[1, 2)', ['[1, 2)']],
    ['Paris | Lutetia |', ['Paris', 'Lutetia']],
  ])('are separated by bars outside brackets and formulas: %s', async (cell, answers) => {
    expect(await answersOf(`question,answers\nQ?,"${cell}"\n`)).toEqual([answers])
  })

  it('that a bar separates are told in a note', async () => {
    expect((await load('question,answers\nQ?,x\nR?,y|z\n')).notes).toEqual([expect.stringMatching(/line 3, "y" and "z" are both right/)])
  })

  it.each(['[0, 1]', '[1912]'])('are asked for where %s may be a list or one text', async (cell) => {
    const failure = await rejection(load(`question,answers\nQ?,"${cell}"\n`))
    expect(failure.message).toContain('may be a list of right answers, or one text')
    expect(failure.hint).toContain(`["${cell}"]`)
  })

  it('are the main one and its aliases, where each has a column', async () => {
    expect(await answersOf('question,answer,aliases\nQ?,Paris,Lutetia | Paris\n')).toEqual([['Paris', 'Lutetia']])
  })

  it('are read as one text where only a semicolon stands between them, and a note says so', async () => {
    const { questions, notes } = await load('question,answers\nQ?,"Paris; Lutetia"\n')
    expect([questions[0]?.answers, notes[0]]).toEqual([['Paris; Lutetia'], expect.stringMatching(/semicolon .* line 2, .* one text/)])
  })

  it('are asked for in a row that has neither options nor answers, whatever its letter', async () => {
    const failure = await rejection(load('question,A,B,answer\nQ?,x,y,A\nR?,,,B\n'))
    expect(failure.message).toMatch(/q\.csv:3: no right answer: the row has neither options nor a text in "answers"/)
  })

  it.each(['nan', '#N/A', '#REF!', '<NA>'])('are never %s, which stands for a missing value', async (sign) => {
    expect((await rejection(load(`question,answers\nQ?,${sign}\n`))).message).toMatch(
      /q\.csv:2: a cell holds .*, the sign of a missing value/,
    )
  })
})

describe('quotes', () => {
  it.each([
    [
      'never closed, with the line on which it opens',
      'question,answers\nQ?,x\n"R?,y\nS?,z\n',
      /q\.csv:3: .*opens in this row and is never closed/,
    ],
    [
      'closed some rows too late',
      'question,answers,subject\nQ?,"x,a\nR?,y,b\nS?,z",c\n',
      /q\.csv:2: a cell runs over 3 lines that look like rows/,
    ],
    ['met where it may not stand', 'question,answers\nQ?,"x\nR?,"y"\n', /q\.csv:3: .*in the row that begins in line 2/],
  ])('%s', async (_, text, said) => {
    expect((await rejection(load(text))).message).toMatch(said)
  })

  it('between tabs may stand in a text', async () => {
    expect((await load('question\tanswers\nWho said "hi"?\tMe\n')).questions[0]?.question).toBe('Who said "hi"?')
  })

  it('may hold lines of text with commas', async () => {
    const { questions } = await load('question,answers,subject\n"Roses are red,\nviolets, too?",x,y\n')
    expect(questions[0]?.question).toBe('Roses are red,\nviolets, too?')
  })
})

describe('what spreadsheets leave in a file', () => {
  it.each([
    ['rows of empty cells', 'question;answers\n;\nQ?;x\n;;;\n\nR?;y\n ; \n'],
    ['empty rows before the header', ',,\n,,\nquestion,answers\nQ?,x\nR?,y\n'],
    ['columns without a name and without a text', 'question,answers,,\nQ?,x,,\nR?,y\n'],
    ["pandas's index", ',question,answers\n0,Q?,x\n1,R?,y\n'],
    ['a line that names the separator', 'sep=;\r\nquestion;answers\r\nQ?;x\r\nR?;y\r\n'],
    ['spaces, capitals and two marks before the names', '\ufeff\ufeff Question , ANSWERS\nQ?,x\nR?,y\n'],
    ['tabs', 'question\tanswers\nQ?\tx\nR?\ty\n'],
    ['the line of dashes in a Markdown table', '| question | answers |\n|---|:--:|\n| Q? | x |\n| R? | y |\n'],
    ['bars', 'question|answers\nQ?|x\nR?|y\n'],
  ])('%s is no question', async (_, text) => {
    const { questions, notes } = await load(text)
    expect(questions.map(({ id, question, answers }) => [id, question, answers])).toEqual([
      ['1', 'Q?', ['x']],
      ['2', 'R?', ['y']],
    ])
    expect(notes).toEqual([])
  })

  it('a line that names the separator counts among the lines of messages', async () => {
    expect((await rejection(load('sep=;\nquestion;answers\nQ?;x\nR?;\n'))).message).toContain('q.csv:4: no right answer')
  })
})
