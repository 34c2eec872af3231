/** All stores over one open database. */

import { ArchiveStore } from './archive-store';
import { ArtefactStore } from './artefact-store';
import { CheckpointStore } from './checkpoint-store';
import type { Database } from './database';
import { EvaluationStore } from './evaluation-store';
import { ProblemStore } from './problem-store';
import { RunStore } from './run-store';
import { SoftTargetStore } from './soft-target-store';
import { StudyStore } from './study-store';
import { TileStore } from './tile-store';
import { TraceStore } from './trace-store';

export class Stores {
  readonly studies: StudyStore;
  readonly problems: ProblemStore;
  readonly traces: TraceStore;
  readonly runs: RunStore;
  readonly evaluations: EvaluationStore;
  readonly checkpoints: CheckpointStore;
  readonly artefacts: ArtefactStore;
  readonly tiles: TileStore;
  readonly softTargets: SoftTargetStore;
  readonly archives: ArchiveStore;

  constructor(database: Database) {
    this.studies = new StudyStore(database);
    this.problems = new ProblemStore(database);
    this.traces = new TraceStore(database);
    this.runs = new RunStore(database);
    this.evaluations = new EvaluationStore(database);
    this.checkpoints = new CheckpointStore(database);
    this.artefacts = new ArtefactStore(database);
    this.tiles = new TileStore(database);
    this.softTargets = new SoftTargetStore(database);
    this.archives = new ArchiveStore(database);
  }
}
