/** What a model may have seen of the test before the study began. */

import type { StudyConfiguration } from './configuration';
import type { TeacherChoice } from './model-choice';

/** The name under which a model was chosen. */
function nameOf(choice: TeacherChoice): string {
  switch (choice.source) {
    case 'pocket':
      return '';
    case 'listed':
      return choice.id;
    case 'file':
      return choice.name;
    default:
      return choice.repository;
  }
}

/**
 * A sentence about what flan-t5 models have seen of GSM8K: its training problems, with worked solutions, are among the
 * nine chain-of-thought data sets they were tuned on (Chung et al. 2022). Empty where no such model, or no problem but
 * generated ones, is involved. A model is known by its name alone.
 */
export function contaminationNote({
  models,
  data,
}: Pick<StudyConfiguration, 'models' | 'data'>): string {
  const roles = (['teacher', 'student'] as const).filter((role) =>
    /flan/i.test(nameOf(models[role])),
  );
  if (roles.length === 0 || data.source === 'pocket') return '';
  const who = roles.length === 2 ? 'Teacher and student are' : `The ${roles.join('')} is`;
  const what =
    data.source === 'gsm8k'
      ? 'GSM8K’s training problems with their solutions'
      : 'GSM8K’s training problems with their solutions (which matters if your problems are from there)';
  return `${who} of the flan-t5 kind, which was tuned on ${what}: scores on training and validation problems are better than on unseen ones would be, before any training here. GSM8K’s test problems were not among them; whether they occur in what T5 was first trained on is not known.`;
}
