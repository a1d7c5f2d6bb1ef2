/** Results from published tables, each with its source. Contains only what was read in the source itself. */
export interface PublishedFigures {
  /** Paper and table. */
  source: string
  model: string
  rows: readonly PublishedRow[]
}

/** A published result of one method on one data set. */
export interface PublishedRow {
  /** Name of the data set, whatever its split. */
  dataset: 'mmlu' | 'arc-challenge' | 'triviaqa' | 'nq'
  method: string
  /** Percent. */
  pc: number
  pw: number
  /** Points, as printed; computed before Pc and Pw were rounded, so it does not always follow from them. */
  ths: number
}

/** The published results for a model, if its source names one of the published models; otherwise undefined. */
export function publishedFigures(modelSource: string): PublishedFigures | undefined {
  const name = modelSource.toLowerCase().replace(/[^a-z0-9]/g, '')
  const found = CRAFT_TABLE_2.find(({ pattern }) => pattern.test(name))
  return found && { source: 'CRaFT, arXiv 2410.06913, Table 2', model: found.model, rows: rowsOf(found.figures) }
}

type Triple = readonly [pc: number, pw: number, ths: number]
type Figures = Record<string, Record<PublishedRow['dataset'], Triple>>

function rowsOf(figures: Figures): PublishedRow[] {
  return Object.entries(figures).flatMap(([method, ofMethod]) =>
    Object.entries(ofMethod).map(([dataset, [pc, pw, ths]]) => ({ dataset: dataset as PublishedRow['dataset'], method, pc, pw, ths })),
  )
}

/** "w/o Flow" of the table is corcer-rait here, "w/o Cer" craft-no-certainty. MMLU is its val split, a mean over subjects. */
const CRAFT_TABLE_2: readonly { pattern: RegExp; model: string; figures: Figures }[] = [
  {
    pattern: /llama27bchat/,
    model: 'LLaMA2-7B-Chat',
    figures: {
      'init-basic': { mmlu: [45.6, 52.8, 0], 'arc-challenge': [53.9, 46.0, 0], triviaqa: [54.0, 46.0, 0], nq: [29.3, 70.7, 0] },
      'init-refuse': { mmlu: [36.4, 38.9, 3.9], 'arc-challenge': [44.4, 35.7, 2.6], triviaqa: [37.0, 21.7, 11.5], nq: [20.8, 38.6, 4.8] },
      'van-tuning': { mmlu: [46.9, 53.1, 1.2], 'arc-challenge': [54.5, 45.5, 1.2], triviaqa: [48.6, 44.5, -3.7], nq: [18.3, 50.2, -2.5] },
      'cor-rait': { mmlu: [44.5, 39.6, 11.3], 'arc-challenge': [55.8, 38.1, 11.1], triviaqa: [41.3, 18.3, 19.7], nq: [16.2, 27.6, 4.7] },
      craft: { mmlu: [43.9, 36.4, 12.5], 'arc-challenge': [54.7, 35.9, 12.6], triviaqa: [38.5, 12.9, 23.3], nq: [15.8, 22.4, 6.5] },
      'corcer-rait': { mmlu: [39.7, 31.0, 13.0], 'arc-challenge': [51.4, 32.3, 13.5], triviaqa: [45.2, 20.5, 21.1], nq: [21.2, 38.8, 5.2] },
      'craft-no-certainty': {
        mmlu: [38.4, 32.1, 11.5],
        'arc-challenge': [52.5, 32.9, 13.9],
        triviaqa: [38.5, 15.7, 20.1],
        nq: [14.6, 22.1, 5.4],
      },
    },
  },
  {
    pattern: /llama38binstruct/,
    model: 'LLaMA3-8B-Instruct',
    figures: {
      'init-basic': { mmlu: [66.8, 33.1, 0], 'arc-challenge': [80.6, 19.5, 0], triviaqa: [66.8, 33.2, 0], nq: [40.3, 59.7, 0] },
      'init-refuse': { mmlu: [50.0, 17.0, 15.6], 'arc-challenge': [65.3, 14.4, 5.6], triviaqa: [53.9, 20.8, 12.0], nq: [31.1, 38.6, 5.0] },
      'van-tuning': {
        mmlu: [69.5, 30.5, 8.0],
        'arc-challenge': [80.3, 19.7, -1.3],
        triviaqa: [55.0, 38.1, -21.8],
        nq: [21.0, 48.5, -11.7],
      },
      'cor-rait': { mmlu: [63.9, 21.6, 20.4], 'arc-challenge': [79.4, 16.2, 12.2], triviaqa: [45.4, 13.2, 18.8], nq: [17.2, 25.6, -0.1] },
      craft: { mmlu: [53.3, 9.6, 34.0], 'arc-challenge': [74.1, 12.7, 21.4], triviaqa: [43.5, 10.9, 21.5], nq: [19.0, 27.5, 0.4] },
      'corcer-rait': {
        mmlu: [57.5, 15.3, 27.2],
        'arc-challenge': [75.8, 14.9, 13.9],
        triviaqa: [49.1, 18.0, 12.8],
        nq: [22.3, 41.6, -5.8],
      },
      'craft-no-certainty': {
        mmlu: [62.1, 18.4, 25.0],
        'arc-challenge': [78.2, 17.3, 6.5],
        triviaqa: [43.0, 11.2, 20.5],
        nq: [15.8, 23.5, -0.1],
      },
    },
  },
]
