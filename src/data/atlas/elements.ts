import { createRequire } from 'node:module'
import type { Question } from '../question/question.js'
import { isWord, relation } from './fact.js'

interface Element {
  atomicNumber: number
  symbol: string
  name: string
  /** Unified atomic mass units. */
  atomicMass: number
  groupBlock: string
}

const table = createRequire(import.meta.url)('periodic-table-data/periodicTableData.json') as Element[]

const OTHER_NAMES: Record<string, string[]> = { Al: ['Aluminium'], Cs: ['Caesium'], S: ['Sulphur'] }

const FAMILIES: Record<string, string[]> = {
  Actinide: ['actinides', 'actinoids'],
  'Alkali metal': ['alkali metals'],
  'Alkaline earth metal': ['alkaline earth metals', 'alkaline earths'],
  Halogen: ['halogens'],
  Lanthanide: ['lanthanides', 'lanthanoids', 'rare earths', 'rare earth metals'],
  'Noble gas': ['noble gases', 'inert gases'],
  'Transition metal': ['transition metals'],
}

/** Beyond uranium, elements have no standard atomic mass, and some of the newest have no agreed family. */
const LAST_NATURAL = 92

/** Symbol and number (in both directions), rounded mass and family of the chemical elements. */
export function elementQuestions(): Question[] {
  const elements = table.map((element) => ({
    ...element,
    key: element.symbol,
    group: `element/${element.symbol}`,
    lower: element.name.toLowerCase(),
    names: [element.name, ...(OTHER_NAMES[element.symbol] ?? [])],
  }))
  const natural = elements.filter(({ atomicNumber }) => atomicNumber <= LAST_NATURAL)
  return [
    ...relation(
      'element-symbol',
      elements
        .filter(({ symbol }) => !isWord(symbol))
        .map(({ key, group, lower, symbol }) => ({ key, group, question: `What is the chemical symbol of ${lower}?`, answers: [symbol] })),
    ),
    ...relation(
      'element-symbol-of',
      elements.map(({ key, group, names, symbol }) => ({
        key,
        group,
        question: `Which chemical element has the symbol ${symbol}?`,
        answers: names,
      })),
    ),
    ...relation(
      'atomic-number',
      elements.map(({ key, group, lower, atomicNumber }) => ({
        key,
        group,
        question: `What is the atomic number of ${lower}?`,
        answers: [String(atomicNumber)],
      })),
    ),
    ...relation(
      'atomic-number-of',
      elements.map(({ key, group, names, atomicNumber }) => ({
        key,
        group,
        question: `Which chemical element has the atomic number ${atomicNumber}?`,
        answers: names,
      })),
    ),
    ...relation(
      'atomic-mass',
      natural.map(({ key, group, lower, atomicMass }) => ({
        key,
        group,
        question: `What is the atomic mass of ${lower}, rounded to a whole number?`,
        answers: [String(Math.round(atomicMass))],
      })),
    ),
    ...relation(
      'element-family',
      natural.flatMap(({ key, group, lower, groupBlock }) => {
        const family = FAMILIES[groupBlock]
        const question = `To which family of the periodic table does ${lower} belong?`
        return family === undefined ? [] : [{ key, group, question, answers: [groupBlock.toLowerCase(), ...family] }]
      }),
    ),
  ]
}
