/** Setting up a study: models, methods, memory, prompts, and what it will take. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { asked, open } from './opened-page';

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  document.querySelector('winnow-app')?.remove();
});

/** Opens a group of settings. */
async function unfold(title: string): Promise<void> {
  await page.getByText(title, { exact: true }).first().click();
}

describe('the options of a study', () => {
  it('takes a teacher and a student of one vocabulary from a hub', async () => {
    const worker = await open({});
    await page.getByLabelText('Teacher').selectOptions('flan-t5-base-q8_0');
    await expect.element(page.getByLabelText('Student')).toHaveValue('flan-t5-small-q8_0');
    const needs = (text: RegExp) => expect.element(page.getByText(text)).toBeVisible();
    await needs(/248 million parameters, 263.* to write, batches apart\. Licence: Apache-2\.0/);
    await needs(/77 million parameters, 1\.2.* to be trained, batches apart/);
    await page.getByText('Where the files come from').click();
    await page.getByLabelText('Hugging Face or a mirror').fill('https://mirror.example/hf');
    await page.getByLabelText('Student').selectOptions('repository');
    const repository = page.getByLabelText('Repository of the student');
    await repository.fill('no repository');
    await expect.element(page.getByText(/Write it as google\/flan-t5-small/)).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Start this study' })).toBeDisabled();
    await repository.fill('someone/own-t5@v1/model.gguf');
    await unfold('Problems');
    await page.getByRole('combobox', { name: 'Problems' }).selectOptions('gsm8k');
    await page.getByRole('button', { name: 'Start this study' }).click();
    await expect.element(page.getByRole('heading', { name: 'Amber Finch' })).toBeVisible();
    expect(asked(worker, 'startStudy')).toMatchObject([
      {
        parameters: {
          configuration: {
            data: { source: 'gsm8k' },
            models: {
              teacher: { source: 'listed', id: 'flan-t5-base-q8_0' },
              student: {
                source: 'repository',
                repository: 'someone/own-t5',
                revision: 'v1',
                path: 'model.gguf',
              },
              hubs: { huggingFace: 'https://mirror.example/hf' },
            },
          },
        },
      },
    ]);
  });

  it('says what a study takes before it starts, and refuses one that cannot fit', async () => {
    const worker = await open({ software: false });
    expect(asked(worker, 'estimateStudy')).toEqual([]);
    await page.getByLabelText('Teacher').selectOptions('flan-t5-large-q8_0');
    await expect.element(page.getByRole('row', { name: /Teacher 895\sMB/ })).toBeVisible();
    await expect
      .element(page.getByRole('row', { name: /Answers only.*is here.*12\smin/ }))
      .toBeVisible();
    await expect.element(page.getByText(/41\smin to 3\sh 50\smin/)).toBeVisible();
    const start = page.getByRole('button', { name: 'Start this study' });
    await expect.element(start).toBeEnabled();
    await page.getByLabelText('Student').selectOptions('flan-t5-large-f32');
    await expect.element(page.getByText(/needs 14000 MB of GPU memory/)).toBeVisible();
    await expect.element(start).toBeDisabled();
    await page.getByLabelText('Student').selectOptions('flan-t5-small-q8_0');
    await expect.element(start).toBeEnabled();
  });

  it('compares the methods that are chosen, at least one, within a budget of memory', async () => {
    const worker = await open({});
    await unfold('Methods: 3 compared');
    for (const name of ['Answers only', 'Unfiltered rationales', 'Winnowed, equations only']) {
      await page.getByRole('checkbox', { name, exact: true }).click();
    }
    await page.getByRole('checkbox', { name: 'Winnowed rationales', exact: true }).click();
    await expect
      .element(page.getByRole('checkbox', { name: /^Winnowed, equations only/ }))
      .toBeDisabled();
    await unfold('Feedback');
    await page.getByLabelText('Rounds of training, at most').fill('3');
    await unfold('Seed, memory and measurement');
    await page.getByLabelText('GPU memory at most').fill('2000');
    await page.getByLabelText('Problems examined').fill('50');
    await page.getByRole('button', { name: 'Start this study' }).click();
    await expect.element(page.getByRole('heading', { name: 'Amber Finch' })).toBeVisible();
    expect(asked(worker, 'startStudy')).toMatchObject([
      {
        parameters: {
          configuration: {
            methods: ['equation-only'],
            memoryBudget: 2000,
            feedback: { rounds: 3, roundProblems: 50, continuations: 4, goldFallback: true },
          },
        },
      },
    ]);
  });

  it('takes soft methods with their settings, but not from a teacher with other tokens', async () => {
    const worker = await open({});
    await unfold('Methods: 3 compared');
    const soft = page.getByRole('checkbox', { name: /^Winnowed rationales, soft/ });
    await expect
      .element(page.getByLabelText('Temperature of soft targets'))
      .not.toBeInTheDocument();
    const teacher = page.getByRole('combobox', { name: 'Teacher', exact: true });
    await soft.click();
    await page.getByLabelText(/^Share of the teacher/).fill('0.5');
    await page.getByLabelText('Likeliest tokens kept').fill('8');
    await userEvent.tab();
    await page.getByRole('button', { name: 'Changed , put Likeliest tokens kept back' }).click();
    await expect.element(page.getByLabelText('Likeliest tokens kept')).toHaveValue('16');
    await page.getByText('What this study takes').click();
    await expect
      .element(page.getByText(/What the teacher says of every target[^]*MB of this browser/))
      .toBeVisible();
    await teacher.selectOptions('transformers');
    await expect.element(soft).toBeDisabled();
    await expect.element(page.getByText(/its tokens are not the student’s/).first()).toBeVisible();
    await expect.element(page.getByText('Methods: 3 compared')).toBeVisible();
    await teacher.selectOptions('pocket');
    await page.getByRole('button', { name: 'Start this study' }).click();
    await expect.element(page.getByRole('heading', { name: 'Amber Finch' })).toBeVisible();
    expect(asked(worker, 'startStudy')).toMatchObject([
      {
        parameters: {
          configuration: {
            methods: ['answer', 'cot', 'feedback-soft', 'feedback'],
            training: { soft: { lambda: 0.5, temperature: 2, topK: 16 } },
          },
        },
      },
    ]);
  });

  it('times every kernel where the device can and the visitor asks for it', async () => {
    const worker = await open({ software: false });
    await unfold('Seed, memory and measurement');
    await page.getByRole('checkbox', { name: /^Time every kernel/ }).click();
    await page.getByRole('button', { name: 'Start this study' }).click();
    await expect.element(page.getByRole('heading', { name: 'Amber Finch' })).toBeVisible();
    expect(asked(worker, 'startStudy')).toMatchObject([
      { parameters: { configuration: { profileKernels: true } } },
    ]);
  });

  it('says why it cannot time kernels', async () => {
    await open({ software: true });
    await unfold('Seed, memory and measurement');
    await expect
      .element(page.getByRole('checkbox', { name: /^Time every kernel.*only WebGPU can/ }))
      .toBeDisabled();
  });

  it('asks the hub about a model that nobody lists when the visitor wants it', async () => {
    const worker = await open({ software: false });
    await page.getByLabelText('Student').selectOptions('repository');
    await page.getByLabelText('Repository of the student').fill('someone/own-t5@v1/model.gguf');
    await expect.element(page.getByText('Nobody has asked the hub yet.')).toBeVisible();
    const looks = () =>
      asked(worker, 'estimateStudy').filter(
        ({ parameters }) => 'look' in parameters && parameters.look,
      );
    expect(looks()).toEqual([]);
    await page.getByRole('button', { name: 'Ask the hub' }).click();
    await expect
      .element(page.getByRole('row', { name: /Answers only.*is here.*12\smin/ }))
      .toBeVisible();
    expect(looks()).toHaveLength(1);
    await expect.element(page.getByRole('button', { name: 'Ask the hub' })).not.toBeInTheDocument();
  });

  it('takes a model from the disk, and says what was wrong with one it did not take', async () => {
    const worker = await open({});
    await page.getByLabelText('Student').selectOptions('file');
    const start = page.getByRole('button', { name: 'Start this study' });
    await expect.element(start).toBeDisabled();
    const files = page.getByLabelText('Files of the student');
    await files.upload([new File([''], 'empty.gguf')]);
    await expect.element(page.getByText('Expected a model, found an empty file.')).toBeVisible();
    await expect.element(start).toBeDisabled();
    await files.upload([new File(['x'], 'notes.txt')]);
    await expect.element(page.getByText(/one file that ends in .gguf/)).toBeVisible();
    await files.upload([new File(['x'], 'own.safetensors'), new File(['{}'], 'config.json')]);
    await expect.element(page.getByText('own.safetensors is kept here.')).toBeVisible();
    await expect.element(page.getByLabelText('Teacher')).toHaveValue('flan-t5-large-q8_0');
    await start.click();
    await expect.element(page.getByRole('heading', { name: 'Amber Finch' })).toBeVisible();
    const student = { source: 'file', name: 'own.safetensors', hasConfiguration: true };
    expect(asked(worker, 'startStudy')).toMatchObject([
      { parameters: { configuration: { models: { student } } } },
    ]);
  });

  it('asks the teacher as the templates say, and refuses one that cannot be used', async () => {
    const worker = await open({});
    await unfold('The teacher’s rationales');
    await page.getByText('How the teacher is asked').click();
    await expect.element(page.getByText(/^solve: A box holds 12 eggs/)).toBeVisible();
    await page.getByLabelText('Style').selectOptions('few-shot');
    await expect.element(page.getByText(/A baker fills 6 trays[^]*A box holds 12/)).toBeVisible();
    await page.getByRole('button', { name: 'Remove worked example 3' }).click();
    await page.getByRole('button', { name: 'Remove worked example 2' }).click();
    const first = page.getByRole('group', { name: 'Worked example 1' });
    await first.getByLabelText(/Rationale/).fill('[6*8=48] rolls');
    await expect.element(page.getByText(/ends in its answer/)).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Start this study' })).toBeDisabled();
    await first.getByLabelText(/Rationale/).fill('[6*8=48] rolls | #### 48');
    await page.getByLabelText('Attempts with the answer in the prompt').fill('2');
    await userEvent.tab();
    await page.getByLabelText(/^Prompt with the answer/).fill('{question} It is {answer}.');
    await expect.element(page.getByText(/^A box holds.*It is 36\.$/)).toBeVisible();
    await page.getByRole('button', { name: 'Start this study' }).click();
    await expect.element(page.getByRole('heading', { name: 'Amber Finch' })).toBeVisible();
    expect(asked(worker, 'startStudy')).toMatchObject([
      {
        parameters: {
          configuration: {
            prompts: {
              solve: '{examples}\nQuestion: {question}\nAnswer:',
              hinted: '{question} It is {answer}.',
              examples: [{ rationale: '[6*8=48] rolls | #### 48' }],
            },
            rationale: { resamples: 1, hintedSamples: 2 },
          },
        },
      },
    ]);
  });
});

describe('what differs from the preset', () => {
  const start = () => page.getByRole('button', { name: 'Start this study' });

  it('is marked, put back one by one and all at once, and kept in the address', async () => {
    await open({});
    await unfold('Training');
    await page.getByLabelText('Learning rate').fill('0.001');
    await page.getByLabelText('Weight decay').fill('0.1');
    await userEvent.tab();
    const difference = page.getByRole('group', { name: 'What differs from the preset' });
    await expect.element(difference).toHaveTextContent(/2 changed.*Learning rate, Weight decay\./);
    await expect
      .poll(() => window.location.hash)
      .toBe('#setup=demo&training.learningRate=0.001&training.weightDecay=0.1');
    await page.getByRole('button', { name: /put Weight decay back/ }).click();
    await expect.element(page.getByLabelText('Weight decay')).toHaveValue('0.01');
    await expect.element(difference).toHaveTextContent(/1 changed/);
    await page.getByRole('button', { name: 'Put all back' }).click();
    await expect.element(difference).not.toBeInTheDocument();
    await expect.element(page.getByLabelText('Learning rate')).toHaveValue('0.002');
    await expect.poll(() => window.location.hash).toBe('');
  });

  it('is refused beside the field where it cannot be used', async () => {
    await open({});
    await unfold('Training');
    const field = page.getByLabelText('Batch', { exact: true });
    await field.fill('4000');
    await userEvent.tab();
    await expect
      .element(
        page.getByRole('alert').filter({ hasText: 'Expected a whole number from 1 to 1024' }),
      )
      .toBeVisible();
    await expect.element(field).toHaveAttribute('aria-invalid', 'true');
    await expect.element(start()).toBeDisabled();
    await expect.element(page.getByText('Put right first: Batch.')).toBeVisible();
    await field.fill('8');
    await userEvent.tab();
    await expect.element(start()).toBeEnabled();
  });

  it('comes from the address, or the address says why not', async () => {
    const worker = await open({}, '#setup=smoke&seed=5&training.batchSize=2');
    await expect.element(page.getByRole('radio', { name: /smoke/ })).toBeChecked();
    await start().click();
    await expect.poll(() => asked(worker, 'startStudy').length).toBe(1);
    expect(asked(worker, 'startStudy')).toMatchObject([
      {
        parameters: { configuration: { preset: 'smoke', seed: 5, training: { batchSize: 2 } } },
      },
    ]);
    document.querySelector('winnow-app')?.remove();
    await open({}, '#setup=smoke&training.momentum=0.9');
    await expect
      .element(page.getByRole('alert'))
      .toHaveTextContent(/cannot be set up[^]*training\.momentum[^]*no setting of this name/);
  });

  it('is copied and pasted as JSON, which is refused with reasons', async () => {
    const worker = await open({});
    await unfold('As JSON, or as a link');
    const text = page.getByLabelText('Configuration as JSON');
    const json = (text.element() as HTMLTextAreaElement).value;
    await text.fill(json.replace('"seed": 1,', '"seed": -1,'));
    await page.getByRole('button', { name: 'Use this configuration' }).click();
    await expect
      .element(page.getByRole('alert').filter({ hasText: 'seed' }))
      .toHaveTextContent(/expected a whole number from 0 to 4294967295, found -1/);
    await text.fill(json.replace('"seed": 1,', '"seed": 11,'));
    await page.getByRole('button', { name: 'Use this configuration' }).click();
    await expect.element(page.getByText(/1 changed/).first()).toBeVisible();
    await start().click();
    await expect.poll(() => asked(worker, 'startStudy').length).toBe(1);
    expect(asked(worker, 'startStudy')).toMatchObject([
      { parameters: { configuration: { preset: 'demo', seed: 11 } } },
    ]);
  });
});

describe('the presets', () => {
  it('say what each takes here once somebody comes near', async () => {
    const worker = await open({ software: false });
    expect(asked(worker, 'estimateStudy')).toEqual([]);
    await page.getByRole('radio', { name: /smoke/ }).hover();
    await expect
      .element(page.getByRole('radio', { name: /^demo .*Time 3\sh 10\smin to 6\sh 20\smin/ }))
      .toBeVisible();
    await expect
      .element(
        page.getByRole('radio', { name: /^article .*not measured yet.*939\sMB.*to download/ }),
      )
      .toBeVisible();
    await page.getByRole('button', { name: 'Predict the time of article too' }).click();
    await expect
      .element(page.getByRole('radio', { name: /^article .*Time 3\sh 10\smin/ }))
      .toBeVisible();
  });
});
