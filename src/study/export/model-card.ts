/** The model card of an exported student, written from its study: what it is, what it was trained on, how good it is. */

import { licenceOf } from '../../weights/hub/manifest';
import { artefactKey } from '../../weights/hub/artefact';
import { methodPrompt } from '../../distill/examples';
import type { StudyConfiguration } from '../configuration';
import { contaminationNote } from '../contamination';
import { METHOD_TRAITS } from '../methods';
import { modelFiles, modelLabel, type TeacherChoice } from '../model-choice';
import type { MethodReport, Proportion } from '../report';
import type { RunProgress, StudySnapshot } from '../snapshot';

/** The pocket pair and its problems are made by this project, under its licence. */
const OWN_LICENCE = 'MIT';

/**
 * Markdown with the front matter that the Hugging Face hub reads.
 *
 * @param run the run whose student it is, which is one of the study's
 */
export function modelCard(study: StudySnapshot, run: RunProgress): string {
  const { configuration } = study;
  const { teacher, student } = configuration.models;
  const report = study.report?.methods.find(({ runId }) => runId === run.runId) ?? null;
  return [
    frontMatter(study, run, report),
    `# ${cell(modelLabel(student))}, distilled with Winnow (${run.method})`,
    `A T5 student trained in a browser tab from the rationales of a larger teacher, in the study “${cell(study.name)}” of ${new Date(study.createdAt).toISOString().slice(0, 10)}.`,
    '## How to ask it',
    usage(run),
    '## How it was made',
    table([
      ['Student before training', modelLabel(student)],
      ['Teacher', modelLabel(teacher)],
      ['Problems', problems(study)],
      ['Method', `\`${run.method}\`: ${methodSentence(run)}`],
      ['Updates', `${run.update}, the checkpoint kept is that of update ${run.bestUpdate ?? 0}`],
      ['Target tokens seen', run.targetTokens.toLocaleString('en')],
      ['Batch', `${configuration.training.batchSize} examples`],
      ['Optimizer', optimizer(study)],
      ['Trained', trainedParameters(study)],
      ['Seed', String(run.seed)],
      ['Device', `${study.device.backend}, ${study.device.name}`],
    ]),
    '## How good it is',
    report === null ? 'The study was not evaluated when this was exported.' : scores(study, report),
    '## Licences',
    licences(study),
    '## Limits',
    ...(contaminationNote(configuration) === '' ? [] : [contaminationNote(configuration)]),
    'A small model that learned one kind of problem. It makes mistakes in calculation and in reading, states them with confidence, and was not tested on anything but the problems above.',
    '',
  ].join('\n\n');
}

function frontMatter(
  { configuration }: StudySnapshot,
  run: RunProgress,
  report: MethodReport | null,
): string {
  const { student } = configuration.models;
  const base = repository(student);
  const dataset = configuration.data.source === 'gsm8k' ? 'openai/gsm8k' : null;
  const licence = modelLicence(student)?.toLowerCase() ?? 'other';
  return [
    '---',
    'library_name: transformers',
    'pipeline_tag: text2text-generation',
    'language: en',
    `license: ${licence}`,
    ...(base === null ? [] : [`base_model: ${base}`]),
    ...(dataset === null ? [] : ['datasets:', `- ${dataset}`]),
    'tags:',
    '- distillation',
    '- chain-of-thought',
    `- ${run.method}`,
    ...(report === null ? [] : modelIndex(configuration, run, report)),
    '---',
  ].join('\n');
}

/** Results as the hub shows them beside a model. */
function modelIndex(
  { data }: StudyConfiguration,
  { method }: RunProgress,
  { splits }: MethodReport,
): string[] {
  const dataset = { pocket: 'Winnow pocket problems', gsm8k: 'GSM8K', files: 'own problems' };
  return [
    'model-index:',
    `- name: winnow-${method}`,
    '  results:',
    '  - task:',
    '      type: text2text-generation',
    '    dataset:',
    `      name: ${dataset[data.source]}`,
    `      type: ${data.source === 'gsm8k' ? 'openai/gsm8k' : data.source}`,
    '      split: test',
    '    metrics:',
    '    - type: exact_match',
    `      value: ${splits.test.exactMatch.value.toFixed(4)}`,
  ];
}

function usage(run: RunProgress): string {
  const prompt = methodPrompt(run.method, 'Ann has 3 apples and buys 5 more. How many has she?');
  return [
    'The input is the question after the prefix it was trained with:',
    ['```', prompt, '```'].join('\n'),
    METHOD_TRAITS[run.method].asks === 'answer'
      ? 'It answers with a number.'
      : 'It answers with steps between `|`, an equation in square brackets in each, and the answer after `####`: `[3+5=8] | #### 8`. Read the number after the last `####`.',
    [
      '```python',
      'from transformers import AutoModelForSeq2SeqLM, AutoTokenizer',
      '',
      'tokenizer = AutoTokenizer.from_pretrained(".")',
      'model = AutoModelForSeq2SeqLM.from_pretrained(".")',
      `inputs = tokenizer(${JSON.stringify(prompt)}, return_tensors="pt")`,
      'print(tokenizer.decode(model.generate(**inputs)[0], skip_special_tokens=True))',
      '```',
    ].join('\n'),
  ].join('\n\n');
}

function methodSentence({ method }: RunProgress): string {
  const { asks, equationsOnly, needsFeedback } = METHOD_TRAITS[method];
  if (asks === 'answer') return 'from the question straight to the teacher’s answer';
  const kind = equationsOnly ? 'the equations of rationales' : 'rationales';
  return needsFeedback
    ? `${kind} of the teacher after a feedback module judged every step`
    : `${kind} of the teacher`;
}

function problems({ configuration, data }: StudySnapshot): string {
  const sources = {
    pocket: 'generated word problems',
    gsm8k: 'GSM8K',
    files: 'the visitor’s own files',
  } as const;
  const source = sources[configuration.data.source];
  return data === null
    ? source
    : `${source}: ${data.train} to train on, ${data.validation} to choose the checkpoint by, ${data.test} to test on`;
}

function optimizer({ configuration }: StudySnapshot): string {
  const { learningRate, warmupShare, weightDecay, clipNorm } = configuration.training;
  return `AdamW, peak learning rate ${learningRate}, warmup over ${100 * warmupShare} % of the updates, weight decay ${weightDecay}, gradients clipped to a norm of ${clipNorm}`;
}

function trainedParameters({ configuration }: StudySnapshot): string {
  const { lora } = configuration.training;
  return lora === undefined
    ? 'all parameters'
    : `adapters of rank ${lora.rank} and alpha ${lora.alpha} (${lora.layers}), merged into the weights`;
}

function scores({ report: whole }: StudySnapshot, report: MethodReport): string {
  const rows = (['train', 'validation', 'test'] as const).map((split) => {
    const { exactMatch, tokenAccuracy, formatRate, problems: count } = report.splits[split];
    return `| ${split} (${count}) | ${percent(exactMatch)} | ${plainPercent(tokenAccuracy)} | ${plainPercent(formatRate)} |`;
  });
  return [
    [
      '| split (problems) | exact match [95 % interval] | token accuracy | follows the format |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
    'Exact match: the final answer is right, with greedy decoding. Token accuracy: share of the tokens of the reference that are predicted when the ones before are given; it is not the share of problems solved. The checkpoint was chosen by the validation split.',
    ...(whole === null
      ? []
      : [
          `On the same test problems the student had ${percent(whole.studentBefore)} before training and its teacher has ${percent(whole.teacher)}.`,
        ]),
  ].join('\n\n');
}

function licences({ configuration }: StudySnapshot): string {
  const { teacher, student } = configuration.models;
  const dataLicence = {
    pocket: `The problems are generated by Winnow (${OWN_LICENCE}).`,
    gsm8k: 'GSM8K is published by OpenAI under the MIT licence.',
    files:
      'The problems came from files of the person who ran the study; their licence is not known here.',
  } as const;
  const said = (role: string, choice: TeacherChoice): string =>
    `- ${role}: ${cell(modelLabel(choice))}, ${modelLicence(choice) ?? 'licence not known here: see where it came from'}.`;
  return [
    said('Student', student),
    said('Teacher', teacher),
    `- ${dataLicence[configuration.data.source]}`,
    '- This student is a changed copy of the one named, trained on text of the teacher: the licences of both apply.',
  ].join('\n');
}

/** A licence's name, where this page knows it. */
function modelLicence(choice: TeacherChoice): string | null {
  if (choice.source === 'pocket') return OWN_LICENCE;
  if (choice.source === 'transformers') return null;
  const files = modelFiles(choice);
  return files === null ? null : licenceOf(artefactKey(files.weights));
}

/** Where a model is on the hub, as `owner/name`. */
function repository(choice: TeacherChoice): string | null {
  switch (choice.source) {
    case 'transformers':
    case 'repository':
      return choice.repository;
    case 'listed':
      return modelFiles(choice)?.weights.repository ?? null;
    case 'pocket':
    case 'file':
      return null;
    default:
      return choice satisfies never;
  }
}

function percent(proportion: Proportion): string {
  const { low, high } = proportion;
  return `${plainPercent(proportion)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}

function plainPercent({ value }: Proportion): string {
  return `${(100 * value).toFixed(1)} %`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  return [
    '| | |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`),
  ].join('\n');
}

/** Names of repositories and files come from outside: nothing in them may end a cell or open a tag. */
function cell(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[|<>\\]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
