/** The settings of what is taught: problems, the teacher's rationales, and the feedback on them. */

import { YES_NO, type SettingGroup } from './setting';

export const PROBLEM_SETTINGS: SettingGroup = {
  title: 'Problems',
  settings: [
    {
      path: 'data.source',
      label: 'Problems',
      explanation: 'What teacher and students solve.',
      choices: [
        { value: 'pocket', label: 'generated here, no download' },
        { value: 'gsm8k', label: 'GSM8K, about 5 MB' },
        { value: 'files', label: 'your own files' },
      ],
    },
    {
      path: 'data.trainProblems',
      label: 'To train on',
      unit: 'problems',
      explanation: 'The teacher writes a rationale for each; the time grows with them.',
    },
    {
      path: 'data.validationProblems',
      label: 'To validate',
      unit: 'problems',
      explanation: 'Measure the students on the way, and choose each one’s best checkpoint.',
    },
    {
      path: 'data.testProblems',
      label: 'To test',
      unit: 'problems',
      explanation:
        'Used for nothing but the comparison at the end; more make its intervals narrower.',
    },
  ],
};

export const RATIONALE_SETTINGS: SettingGroup = {
  title: 'The teacher’s rationales',
  settings: [
    {
      path: 'rationale.resamples',
      label: 'Further attempts',
      unit: 'a problem',
      explanation: 'So often the teacher may try again where its rationale was rejected.',
    },
    {
      path: 'rationale.hintedSamples',
      label: 'Attempts with the answer in the prompt',
      unit: 'a problem',
      explanation:
        'For problems that every other attempt got wrong; what leads to the right answer is checked like the rest.',
    },
    {
      path: 'rationale.diverseSamples',
      label: 'Different rationales',
      unit: 'a problem',
      explanation:
        'Further rationales of every problem, for the method that trains on all right ones; no other reads them.',
    },
    {
      path: 'rationale.temperature',
      label: 'Temperature of further attempts',
      explanation: 'The first attempt takes the likeliest tokens; above 0 the others vary more.',
    },
    {
      path: 'rationale.batchSize',
      label: 'Written at a time',
      unit: 'rationales',
      explanation: 'More are faster on a GPU and take more memory.',
    },
    {
      path: 'rationale.maximumTokens',
      label: 'Longest rationale',
      unit: 'tokens',
      explanation: 'Teacher and students stop here whether they are done or not.',
    },
  ],
};

export const FEEDBACK_SETTINGS: SettingGroup = {
  title: 'Feedback',
  settings: [
    {
      path: 'feedback.goldFallback',
      label: 'Author’s solution as the last resort',
      explanation:
        'Where every attempt was rejected, the student learns the author’s solution; otherwise the problem is left out.',
      choices: YES_NO,
    },
    {
      path: 'feedback.trimRedundant',
      label: 'Delete redundant steps',
      explanation: 'Otherwise they are marked and still taught.',
      choices: YES_NO,
    },
    {
      path: 'feedback.likelihoods',
      label: 'Sequences scored at most',
      unit: 'sequences',
      explanation:
        'With 0 the rules decide alone. With more, steps that they leave open are decided by how likely teacher and student find what follows, with and without them; fitting the thresholds takes up to 2,000, a step at most 6 a model.',
    },
    {
      path: 'feedback.rollouts',
      label: 'Rollouts at most',
      unit: 'continuations',
      explanation:
        'With 0 a wrong rationale is judged by its own end. With more, the teacher goes on from behind its steps: that shows which of them leads astray, and may give a right rationale that begins alike. One of four steps takes about three places.',
    },
    {
      path: 'feedback.rolloutContinuations',
      label: 'Continuations a place',
      unit: 'continuations',
      explanation:
        'Where all from before a step are right and none from behind it is, that step is to blame; with fewer than 4, only steps without a value of the author’s solution can be blamed.',
    },
    {
      path: 'feedback.rounds',
      label: 'Rounds of training, at most',
      unit: 'rounds',
      explanation:
        'With more than 1, the feedback method’s student is trained again from the start on what it failed at; every round takes as long as the first.',
    },
    {
      path: 'feedback.roundProblems',
      label: 'Problems examined',
      unit: 'problems',
      explanation: 'The student is examined on so many training problems between two rounds.',
    },
    {
      path: 'feedback.continuations',
      label: 'Teacher’s continuations',
      unit: 'a problem',
      explanation: 'So often the teacher goes on from where the student failed.',
    },
  ],
};
