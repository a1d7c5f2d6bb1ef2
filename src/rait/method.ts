import type { Weighting } from '../influence/weights.js'

/** D_ik: the model knows the answer; D_idk: it does not. */
export type Group = 'ik' | 'idk'

/** A question of D_src, as a method sees it. */
export interface Candidate {
  id: string
  /** Correctness at least T_c: `ik`. */
  group: Group
  /** Share of right answers, or the probability of the right option; 0 to 1. */
  correctness: number
  /** How much the answers agree, whether or not they are right. */
  certainty: number
  /** What it is about, where the question says so. */
  subject?: string
  /** I_ref. Null where not computed: see `Method.needs`. D_ik has none of the three. */
  refusalInfluence: number | null
  /** I_over. */
  overRefusalInfluence: number | null
  /** I_sta. */
  stabilityInfluence: number | null
  /** Correctness at the rehearsed model, for methods that need the flow. */
  rehearsedCorrectness?: number | null
}

/** How many to choose, how to weigh them, and by which seed. */
export interface SelectionRequest {
  /** How many of D_ik to take. */
  known: number
  /** How many of D_idk to take. */
  unknown: number
  /** Of random choices and of the order of ties. */
  seed: number
  /** Every subject keeps the share of the chosen that it has of its group; default: the best are taken, whatever they are about. */
  bySubject?: boolean
  /** Stop where a group has fewer questions than asked for, instead of taking what there is. */
  strictCounts: boolean
  /** How the chosen of D_idk are weighted, by methods that weigh. */
  weighting: Weighting
  /** T_c, for messages: what decided the groups. */
  threshold?: number
  /** Whole gradient features, for methods that need them. */
  features?: GradientFeatures
}

/** Rows [ids, dim], row-major, L2-normalised. */
export interface FeatureMatrix {
  ids: readonly string[]
  rows: Float32Array
  dim: number
}

/** At the rehearsed model; a question whose gradient could not be had has no row. */
export interface GradientFeatures {
  /** g_idk of D_idk and of D_ik. */
  refusals: FeatureMatrix
  /** g_ik of D_ik; undefined where `Needs.features` asks for refusals alone. */
  golds?: FeatureMatrix
}

/** What a method makes of one question of D_src: trained on how, and how heavily. */
export interface Choice {
  id: string
  group: Group
  /** What the model is trained to say: the gold answer or the refusal. */
  target: 'gold' | 'refusal'
  /** Of its loss. */
  weight: number
}

/** What a method chose, D_ik to be answered and D_idk to be refused. */
export interface Selection {
  /** D_ik first, each group best first. */
  chosen: Choice[]
  /** What the reader of the results must know, one sentence each. */
  notes: string[]
}

/** What has to be computed before a method can choose. */
export interface Needs {
  /** I_ref and I_over of D_idk (gradients on the refusal). */
  influence: boolean
  /** I_sta of D_idk (gradients on the gold answer as well). */
  stability?: boolean
  /** `SelectionRequest.features`: the gradients of refusing, or those of the gold answers as well. */
  features?: 'refusals' | 'refusals-and-golds'
  /** `Candidate.rehearsedCorrectness` (a second knowledge query). */
  flow?: boolean
}

/** A way to make a training set of what the model knows and does not know. A pure function of its arguments. */
export interface Method {
  /** Its name in configurations and results, e.g. grait-uniform. */
  id: string
  /** One line of it, for lists of methods. */
  description: string
  /**
   * Raised when it chooses otherwise than before, so that finished selections are not taken for its work. For a method of
   * your own without one, the source text of `select` stands for it, which says nothing of what the function calls.
   */
  version?: string | number
  /** What is computed before `select` is called. */
  needs: Needs
  /** @throws GraitError empty_group, too_few_questions */
  select(candidates: readonly Candidate[], request: SelectionRequest): Selection
}
