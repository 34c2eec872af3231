/** A made-up estimate of any configuration: large models are downloaded and take hours, the largest student does not fit, and one from a repository is known after a look. */

import type { StudyConfiguration } from '../../../src/study/configuration';
import { softTargetBytes, type StudyEstimate, type TimeRange } from '../../../src/study/estimate';
import type { Method } from '../../../src/study/methods';
import { byMethod } from '../../../src/study/workload';

const MINUTE_MS = 60_000;

function minutes(least: number, most = least): TimeRange {
  return { leastMs: least * MINUTE_MS, mostMs: most * MINUTE_MS };
}

const METHOD_TIMES: Partial<Record<Method, TimeRange>> = {
  answer: minutes(12),
  feedback: minutes(41, 230),
};

export function fixtureEstimate({
  configuration,
  measure,
  look,
}: {
  configuration: StudyConfiguration;
  measure: boolean;
  look: boolean;
}): StudyEstimate {
  const { teacher, student } = configuration.models;
  const file = (role: 'teacher' | 'student', bytes: number, missingBytes: number) => ({
    name: `some/${role}.gguf`,
    role,
    bytes,
    missingBytes,
  });
  const isTooLarge = student.source === 'listed' && student.id === 'flan-t5-large-f32';
  // Measuring follows a look, which the worker remembers.
  const isUnknown = student.source === 'repository' && !look && !measure;
  return {
    downloads: [
      ...(teacher.source === 'pocket' ? [] : [file('teacher', 895e6, 895e6)]),
      ...(student.source === 'pocket' ? [] : [file('student', 114e6, 0)]),
    ],
    softTargetBytes: softTargetBytes(configuration),
    storedBytes: isUnknown ? null : 44e6,
    memory: isUnknown
      ? null
      : {
          teacherBytes: 1.4e9,
          trainingBytes: byMethod((method) => (method === 'answer' ? 1.3e9 : 2.1e9)),
          answeringBytes: 0.6e9,
          mostBytes: 2.1e9,
        },
    times:
      measure && !isUnknown
        ? {
            teacher: minutes(95),
            methods: byMethod((method) => METHOD_TIMES[method] ?? minutes(40)),
            total: minutes(190, 380),
          }
        : null,
    refusals: isTooLarge
      ? ['For training this study needs 14000 MB of GPU memory, and this device gave 6000 MB.']
      : [],
    notes: isUnknown ? ['Nobody has asked the hub yet.'] : [],
    canLook: isUnknown,
  };
}
