import { resolve } from 'node:path'
import { stringify } from 'yaml'
import { writeFilesAtomically } from '../../atomic-file.js'
import { givingWay, throwIfCancelled } from '../../cancellation.js'
import { type Dataset, type DatasetRequest, loadDataset } from '../../data/dataset.js'
import type { HubOptions } from '../../data/hub/endpoint.js'
import type { Question } from '../../data/question/question.js'
import { sampleQuestions } from '../../data/sample.js'
import { GraitError } from '../../errors.js'
import { questionText } from '../../prompts/answer-prompt.js'
import { knowledgePrompt, scoredOptions } from '../../prompts/knowledge-prompt.js'
import type { PromptSettings } from '../../prompts/settings.js'
import { DEFAULT_SHOTS, pickShots } from '../../prompts/shots.js'
import { datasetLabel } from '../context/dataset-labels.js'
import { jsonLines } from '../folder/json-lines-file.js'
import { refusePartOfRun } from '../folder/part-of-run.js'
import { refuseOtherData, sourceOf, taskName } from './task-name.js'

/** A request to `exportLmEval`: which questions to export, and how the task asks them. */
export interface LmEvalRequest extends DatasetRequest {
  /** Export only a seeded sample of this many questions. */
  limit?: number | undefined
  /** Worked examples before each multiple-choice question; null: 5 from the dev split for MMLU, none for other data sets. */
  shots: number | null
  /** The instruction for open-ended questions. */
  instruction: 'plain' | 'refuse'
  prompts: PromptSettings
  /** Maximum length of an open-ended answer, in tokens. */
  maxTokens: number
}

/** A task that `exportLmEval` wrote for lm-evaluation-harness: its name, files and number of questions. */
export interface ExportedTask {
  /** The task's name in lm-evaluation-harness. */
  task: string
  files: string[]
  questions: number
}

/**
 * Exports a data set as tasks of lm-evaluation-harness: for each kind of question a YAML file and the JSON Lines file it reads.
 * The files contain the complete prompts, so the harness shows a model exactly the same text as this package does.
 * Exporting the same data again replaces them; the files of other data are never replaced. All files appear together.
 * @throws GraitError usage, data_not_found, data_invalid, disk_full, disk_failed, cancelled
 */
export async function exportLmEval(
  out: string,
  request: LmEvalRequest,
  { signal, onDownload }: HubOptions = {},
): Promise<{ tasks: ExportedTask[]; notes: string[] }> {
  await refusePartOfRun(out)
  const dataset = await loadDataset(request, { signal, onDownload })
  const questions = request.limit === undefined ? dataset.questions : sampleQuestions(dataset.questions, request.limit, 0)
  const whole = dataset.split === null || request.name.includes(':') ? request.name : `${request.name}:${dataset.split}`
  const name = taskName(datasetLabel(whole))
  const source = sourceOf(whole)
  const kinds = (['mcqa', 'oeqa'] as const).map((kind) => questions.filter((question) => question.kind === kind))
  const mixed = kinds.every((part) => part.length > 0)
  const tasks: ExportedTask[] = []
  const written: [path: string, text: string][] = []
  for (const part of kinds.filter((each) => each.length > 0)) {
    const kind = (part[0] as Question).kind
    const task = mixed ? `${name}_${kind}` : name
    const [yaml, data] = [`${task}.yaml`, `${task}.jsonl`].map((file) => resolve(out, file)) as [string, string]
    await refuseOtherData(out, task, source)
    const docs = kind === 'mcqa' ? await choiceDocs(part, dataset, request, { signal, onDownload }) : openDocs(part, request)
    const settings = kind === 'mcqa' ? CHOICE_TASK : openTask(request.maxTokens)
    written.push([data, jsonLines(docs)], [yaml, taskFile(task, data, settings, source)])
    tasks.push({ task, files: [yaml, data], questions: part.length })
  }
  throwIfCancelled(signal)
  await writeFilesAtomically(written)
  return { tasks, notes: dataset.notes }
}

/** One letter is scored after "Answer:", with the space before it, as in the knowledge query. */
const CHOICE_TASK = {
  output_type: 'multiple_choice',
  doc_to_text: 'prompt',
  doc_to_choice: 'choices',
  doc_to_target: 'target',
  target_delimiter: '',
  metric_list: [{ metric: 'acc', aggregation: 'mean', higher_is_better: true }],
}

function openTask(maxTokens: number): Record<string, unknown> {
  return {
    output_type: 'generate_until',
    doc_to_text: 'prompt',
    doc_to_target: 'answers',
    generation_kwargs: { until: ['\n'], max_gen_toks: maxTokens, do_sample: false, temperature: 0 },
    metric_list: [{ metric: 'exact_match', aggregation: 'mean', higher_is_better: true, ignore_case: true, ignore_punctuation: true }],
  }
}

async function choiceDocs(
  questions: readonly Question[],
  dataset: Dataset,
  request: LmEvalRequest,
  options: HubOptions,
): Promise<Record<string, unknown>[]> {
  const shotsOf = await shotsFor(questions, dataset, request, options)
  const giveWay = givingWay(options.signal)
  const docs: Record<string, unknown>[] = []
  for (const question of questions) {
    await giveWay()
    const asked = knowledgePrompt(question, shotsOf(question), request.prompts)
    docs.push({
      id: question.id,
      prompt: 'prompt' in asked ? asked.prompt : '',
      choices: scoredOptions(question),
      target: question.answer,
      subject: question.subject ?? '',
    })
  }
  return docs
}

/** Examples come from another split, so that every question stays in the task. */
async function shotsFor(
  questions: readonly Question[],
  dataset: Dataset,
  { name, dir, shots }: LmEvalRequest,
  options: HubOptions,
): Promise<(question: Question) => Question[]> {
  const published = name.split(':')[0] as string
  const count = shots ?? (published === 'mmlu' ? DEFAULT_SHOTS.mcqa : 0)
  if (count === 0) return () => []
  const split = published === 'mmlu' ? 'dev' : 'train'
  if (dataset.split === null || dataset.split === split) {
    throw new GraitError('usage', `${name}: there is no other split to take ${count} worked examples from`, { hint: 'Use --shots 0.' })
  }
  const examples = await loadDataset({ name: published, split, dir }, options)
  return pickShots(questions, { shots: count, seed: 0, dev: examples.questions }).for
}

function openDocs(questions: readonly Question[], { instruction, prompts, shots }: LmEvalRequest): Record<string, unknown>[] {
  if (shots !== null && shots > 0) {
    throw new GraitError('usage', 'worked examples of open-ended questions are turns of a chat, which a task file can not hold', {
      hint: 'Leave --shots out, or set it to 0.',
    })
  }
  return questions.map((question) => ({
    id: question.id,
    prompt: [...(prompts.system === null ? [] : [prompts.system]), prompts[instruction].oeqa, questionText(question)].join('\n\n'),
    answers: question.answers,
    subject: question.subject ?? '',
  }))
}

function taskFile(task: string, data: string, settings: Record<string, unknown>, source: string): string {
  const body = {
    task,
    dataset_path: 'json',
    dataset_kwargs: { data_files: { test: data } },
    test_split: 'test',
    ...settings,
    num_fewshot: 0,
    metadata: { version: 1, source },
  }
  const kind = settings['output_type'] === 'generate_until' ? 'Chat models: run it with --apply_chat_template.\n# ' : ''
  return `# ${kind}lm_eval --model hf --model_args pretrained=MODEL --tasks ${task} --include_path THIS_FOLDER --log_samples\n${stringify(body, { lineWidth: 0 })}`
}
