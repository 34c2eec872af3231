/** `<winnow-overview>`: the curves, the result, the work of the filter and the activity log of one study. */

import { css, html, LitElement, nothing } from 'lit';
import { EXAMPLE_ID } from '../../study/example';
import type { StudySnapshot } from '../../study/snapshot';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import './activity-log';
import './answer-comparison';
import './ask-models';
import './comparison-tables';
import './data-summary';
import './export-student';
import './feedback-summary';
import './headline-result';
import './incident-list';
import './kernel-profile';
import './loss-chart';
import './study-notes';
import './training-course';

class OverviewElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    snapshot: { attribute: false },
  };

  static override styles = [
    base,
    css`
      .grid {
        display: grid;
        gap: var(--gap);
      }
      .grid > * {
        min-width: 0;
      }
      @media (min-width: 64rem) {
        .grid {
          grid-template-columns: minmax(0, 1.75fr) minmax(0, 1fr);
        }
        .wide {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  declare service: StudyService;
  declare snapshot: StudySnapshot;

  constructor() {
    super();
    new ServiceController(this, () => this.service);
  }

  override render() {
    const { snapshot } = this;
    const hasWeights = snapshot.studyId !== EXAMPLE_ID;
    return html`<div class="grid">
      ${
        snapshot.report
          ? html`<winnow-headline-result
              class="wide"
              .report=${snapshot.report}
            ></winnow-headline-result>`
          : nothing
      }
      <winnow-loss-chart .runs=${snapshot.runs} .study=${snapshot.name}></winnow-loss-chart>
      <winnow-feedback-summary .snapshot=${snapshot}></winnow-feedback-summary>
      ${
        snapshot.runs.some(({ training }) =>
          training.some((point) => point.learningRate !== undefined),
        )
          ? html`<winnow-training-course
              class="wide"
              .runs=${snapshot.runs}
            ></winnow-training-course>`
          : nothing
      }
      ${
        snapshot.report
          ? html`<winnow-comparison-tables
              class="wide"
              .report=${snapshot.report}
            ></winnow-comparison-tables>`
          : nothing
      }
      ${
        snapshot.report
          ? html`<winnow-study-notes
                class="wide"
                .configuration=${snapshot.configuration}
              ></winnow-study-notes>
              <winnow-answer-comparison
                class="wide"
                .service=${this.service}
                .snapshot=${snapshot}
              ></winnow-answer-comparison>`
          : nothing
      }
      ${
        hasWeights && (snapshot.status === 'done' || snapshot.status === 'paused')
          ? html`<winnow-ask-models
              class="wide"
              .service=${this.service}
              .snapshot=${snapshot}
            ></winnow-ask-models>`
          : nothing
      }
      ${
        hasWeights && snapshot.runs.some(({ state }) => state === 'done')
          ? html`<winnow-export-student
              class="wide"
              .service=${this.service}
              .snapshot=${snapshot}
            ></winnow-export-student>`
          : nothing
      }
      ${
        snapshot.data
          ? html`<winnow-data-summary class="wide" .data=${snapshot.data}></winnow-data-summary>`
          : nothing
      }
      ${
        snapshot.kernels
          ? html`<winnow-kernel-profile
              class="wide"
              .kernels=${snapshot.kernels}
            ></winnow-kernel-profile>`
          : nothing
      }
      ${
        snapshot.incidents
          ? html`<winnow-incident-list
              class="wide"
              .incidents=${snapshot.incidents}
            ></winnow-incident-list>`
          : nothing
      }
      <winnow-activity-log class="wide" .lines=${this.service.log}></winnow-activity-log>
    </div>`;
  }
}

customElements.define('winnow-overview', OverviewElement);
