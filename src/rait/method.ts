import type { Outcome } from '../evaluation/measures/outcome.js'
import type { Weighting } from '../influence/weights.js'

/** The group of a question. `ik` (D_ik): the model knows the answer; `idk` (D_idk): it does not. */
export type Group = 'ik' | 'idk'

/** A source question as a method sees it: its group, knowledge and influences. */
export interface Candidate {
  id: string
  /** `ik` if the correctness is at least T_c, otherwise `idk`. */
  group: Group
  /** Share of correct answers, or the probability of the correct option; 0 to 1. */
  correctness: number
  /** How much the answers agree with each other, whether or not they are correct. */
  certainty: number
  /** Subject of the question, if it has one. */
  subject?: string | undefined
  /** I_ref. The three influences are null for known questions, and if `Method.needs` does not request them. */
  refusalInfluence: number | null
  /** I_over. */
  overRefusalInfluence: number | null
  /** I_sta. */
  stabilityInfluence: number | null
  /** Correctness with the rehearsed model, for methods that need the flow. */
  rehearsedCorrectness?: number | null | undefined
  /** Open-ended: the answers that were sampled, in the order drawn. */
  samples?: readonly SampledAnswer[] | undefined
  /** Multiple choice: the probability of each option; they add up to 1. */
  probabilities?: readonly number[] | undefined
  /** The answer of highest probability, if `Needs.greedy` requests it; null if the question could not be asked. */
  greedy?: GreedyAnswer | null | undefined
  /**
   * The probability that the model knows the answer, by a linear probe of hidden states that learnt from other questions, if
   * `Needs.estimate` requests it; null if the question could not be asked.
   */
  estimate?: number | null | undefined
  /** What a model tuned by another method answered, where it may refuse, if `Needs.firstRound` requests it; none if it could not be asked. */
  firstRound?: readonly RoundAnswer[] | undefined
}

/** An answer of a tuned model to a source question. */
export interface RoundAnswer {
  text: string
  /** How it was judged. */
  outcome: Outcome
}

/** The initial model's answer at temperature 0; for multiple choice, the letter of the most probable option. */
export interface GreedyAnswer extends SampledAnswer {
  /** Sum of the log-probabilities of its tokens, nats; of an option, its log-probability among the options. */
  logprob: number
  /** Its number of tokens; 1 for an option. */
  tokens: number
}

/** An answer that the initial model gave when it was asked what it knows. */
export interface SampledAnswer {
  text: string
  /** Whether it was judged correct. */
  right: boolean
}

/**
 * A request to a method: how many questions to select, with which weighting and seed. `known + unknown` is the number of training
 * pairs, so that all methods have the same budget.
 */
export interface SelectionRequest {
  /** Number of known questions to select. */
  known: number
  /** Number of unknown questions to select. */
  unknown: number
  /** Seed of random choices and of the order of ties. */
  seed: number
  /** Select from every subject in proportion to its share of the group; default: select the best, whatever their subject. */
  bySubject?: boolean | undefined
  /** Fail if a group has fewer questions than requested, instead of taking all there are. */
  strictCounts: boolean
  /** How the selected unknown questions are weighted, for methods that use weights. */
  weighting: Weighting
  /** T_c, the threshold between the groups; used in messages. */
  threshold?: number | undefined
  /** The full gradient features, for methods that need them. */
  features?: GradientFeatures | undefined
}

/** A matrix of gradient features with one row per question: [ids, dim], row-major, rows L2-normalised. */
export interface FeatureMatrix {
  ids: readonly string[]
  rows: Float32Array
  dim: number
}

/** The gradient features at the rehearsed model; a question whose gradient could not be computed has no row. */
export interface GradientFeatures {
  /** g_idk, the gradients on the refusal, for known and unknown questions. */
  refusals: FeatureMatrix
  /** g_ik, the gradients on the gold answer, for known questions; undefined if `Needs.features` asks for refusals only. */
  golds?: FeatureMatrix | undefined
}

/** What a model is trained to say: the gold answer, the refusal, or a text of the method's own. */
export type Target = 'gold' | 'refusal' | { text: string }

/** A training pair: a selected question, one target of it, and the pair's weight. A question may have several pairs. */
export interface Choice {
  id: string
  group: Group
  target: Target
  /** Weight of the pair's loss, finite, at least 0. */
  weight: number
}

/** The training pairs that a method selected, and notes about the selection. */
export interface Selection {
  /** The pairs in the order of the training set; the built-in methods put known questions first, each group from best to worst. */
  chosen: Choice[]
  /** Notes for the reader of the results, one sentence each. */
  notes: string[]
}

/** The needs of a method: what has to be computed before it can select questions. */
export interface Needs {
  /** I_ref and I_over of the unknown questions (gradients on the refusal). */
  influence: boolean
  /** I_sta of the unknown questions (also needs gradients on the gold answer). */
  stability?: boolean | undefined
  /** `SelectionRequest.features`: the gradients on the refusals only, or also those on the gold answers. */
  features?: 'refusals' | 'refusals-and-golds' | undefined
  /** `Candidate.rehearsedCorrectness` (a second knowledge query). */
  flow?: boolean | undefined
  /** `Candidate.greedy` (open-ended questions are asked once more, at temperature 0). */
  greedy?: boolean | undefined
  /** `Candidate.estimate` (hidden states of the initial model, and a linear probe). */
  estimate?: boolean | undefined
  /**
   * `Candidate.firstRound`: a model is tuned by the built-in method of this id, with the same seed, and answers the source questions. That
   * method may need nothing but knowledge.
   */
  firstRound?: string | undefined
}

/** A method that selects and weights training questions by what the model knows. `select` must be a pure function of its arguments. */
export interface Method {
  /** The method's name in configurations and results, e.g. grait-uniform. */
  id: string
  /** One-line description, for lists of methods. */
  description: string
  /**
   * Change this when the method selects differently than before, so that cached selections are not reused. If your own method
   * has no version, the source text of `select` is used instead; it does not cover the functions that `select` calls.
   */
  version?: string | number | undefined
  /** What must be computed before `select` is called. */
  needs: Needs
  /** Selects the training questions. @throws GraitError empty_group, too_few_questions */
  select(candidates: readonly Candidate[], request: SelectionRequest): Selection
}
