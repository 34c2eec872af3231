/** Gives everything of a study other ids: a file holds none of a browser's, and another browser makes its own. */

import type { ArchivedRecords, PartName } from './archive-parts';
import type { StudyRecord } from '../../storage/schema';
import type { Report } from '../report';

/** From one study's id to another's; a run's id begins with that of its study. */
export class StudyIds {
  readonly #from: string;
  readonly #to: string;

  constructor(from: string, to: string) {
    this.#from = from;
    this.#to = to;
  }

  study(record: StudyRecord): StudyRecord {
    const { report } = record;
    return {
      ...record,
      studyId: this.#to,
      report: report === null ? null : this.#report(report),
    };
  }

  /** A record of a part, with every id in it changed. */
  readonly records: {
    readonly [Name in PartName]: (record: ArchivedRecords[Name]) => ArchivedRecords[Name];
  } = {
    files: (record) => ({ ...record, studyId: this.#to }),
    problems: (record) => ({ ...record, studyId: this.#to }),
    traces: (record) => ({ ...record, studyId: this.#to }),
    runs: (record) => ({ ...record, ...this.#ofRun(record.runId) }),
    evaluations: (record) => ({
      ...record,
      studyId: this.#to,
      subject: this.#run(record.subject),
    }),
    'soft-targets': (record) => ({ ...record, studyId: this.#to }),
    checkpoints: (record) => ({
      ...record,
      ...this.#ofRun(record.runId),
      run: { ...record.run, ...this.#ofRun(record.runId) },
    }),
  };

  #report(report: Report): Report {
    return {
      ...report,
      studyId: this.#to,
      methods: report.methods.map((method) => ({ ...method, runId: this.#run(method.runId) })),
    };
  }

  #ofRun(runId: string): { studyId: string; runId: string } {
    return { studyId: this.#to, runId: this.#run(runId) };
  }

  /** Whatever is no run of the study, such as the teacher, keeps its name. */
  #run(runId: string): string {
    const prefix = `${this.#from}-`;
    return runId.startsWith(prefix) ? `${this.#to}-${runId.slice(prefix.length)}` : runId;
  }
}
