/** Builds the report of a study as one HTML document that needs nothing else: no scripts, no network, no fonts. */

import { REASONS } from '../../rationale/trace';
import { ARTICLE_CHOICES, repeatsArticle } from '../../study/article';
import { contaminationNote } from '../../study/contamination';
import type { Report } from '../../study/report';
import type { StudySnapshot } from '../../study/snapshot';
import { formatCount, formatDuration, formatMoment, formatShare } from '../format';
import {
  METHOD_WORDING,
  PROVENANCE_WORDING,
  REASON_WORDING,
  STAGE_WORDING,
  STATE_LABELS,
  STATUS_LABELS,
} from '../wording';
import { STAGE_NAMES } from '../../study/snapshot';
import { type EscapedHtml, markup, NOTHING } from './escaped-html';
import { comparisonSentences, headlineSentence } from './headline';
import { lossFigure, resultFigure } from './report-figures';
import { REPORT_STYLE } from './report-style';
import type { ReportTable } from './report-table';
import { reportTables } from './report-tables';

/** The whole document as text, from `<!doctype html>` on. A study without a report gives what there is so far. */
export function reportDocument(study: StudySnapshot): string {
  const { report } = study;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Winnow report: ${study.name}</title>
${REPORT_STYLE}
</head>
<body>
<main>
<header>
<h1>${study.name}</h1>
<p class="soft">A Winnow study: preset ${study.configuration.preset}, seed ${study.configuration.seed}, on ${study.device.name} (${study.device.backend}), started ${formatMoment(study.createdAt)}. ${STATUS_LABELS[study.status]}${report ? markup`, ${formatDuration(report.totalMs)} in all` : NOTHING}.</p>
</header>
${report ? resultSection(report) : unfinishedSection(study)}
${methodSection(study)}
${report ? markup`${reportTables(report).map(tableSection)}` : NOTHING}
${notesSection(study)}
${lossSection(study)}
${feedbackSection(study)}
${dataSection(study)}
${incidentSection(study)}
${settingsSection(study)}
</main>
</body>
</html>
`.text;
}

function resultSection(report: Report): EscapedHtml {
  return markup`<section>
<h2>Result</h2>
<p class="lead">${headlineSentence(report)}</p>
<ul class="soft">${comparisonSentences(report).map((sentence) => markup`<li>${sentence}</li>`)}</ul>
<figure>${resultFigure(report)}
<figcaption>Exact match on the test problems: the share whose final answer equals the gold answer. Whiskers: Wilson 95 % interval.</figcaption></figure>
</section>`;
}

function unfinishedSection(study: StudySnapshot): EscapedHtml {
  const rows = STAGE_NAMES.map((name) => {
    const stage = study.stages[name];
    return markup`<tr><th scope="row">${STAGE_WORDING[name].label}</th><td>${STATE_LABELS[stage.state]}</td><td>${formatCount(stage.done)} of ${formatCount(stage.total)} ${stage.unit}</td></tr>`;
  });
  return markup`<section>
<h2>Not finished</h2>
<p>This study has not reached its comparison yet. ${study.message}</p>
<div class="scroll"><table><thead><tr><th scope="col">Stage</th><th scope="col">State</th><th scope="col">Done</th></tr></thead><tbody>${rows}</tbody></table></div>
</section>`;
}

function methodSection({ configuration }: StudySnapshot): EscapedHtml {
  return markup`<section>
<h2>What was compared</h2>
<ul>${configuration.methods.map(
    (method) =>
      markup`<li><strong class="${method}">${METHOD_WORDING[method].label}.</strong> ${METHOD_WORDING[method].explanation}</li>`,
  )}</ul>
</section>`;
}

function tableSection(table: ReportTable): EscapedHtml {
  const columns = table.columns.map((column) => markup`<th scope="col">${column}</th>`);
  const groups = table.groups.map((group) => {
    const heading =
      group.heading === undefined
        ? NOTHING
        : markup`<tr class="group"><th colspan="${table.columns.length + 1}">${group.heading}<span class="note">${group.explanation ?? ''}</span></th></tr>`;
    const rows = group.rows.map((row) => {
      const cells = row.cells.map(
        (cell) =>
          markup`<td class="${cell.best ? 'best' : 'plain'}">${cell.text}${cell.note ? markup`<span class="note">${cell.note}</span>` : NOTHING}</td>`,
      );
      return markup`<tr><th scope="row">${row.label}</th>${cells}</tr>`;
    });
    return markup`<tbody>${heading}${rows}</tbody>`;
  });
  return markup`<section>
<h2>${table.title}</h2>
<p class="soft">${table.explanation}</p>
<div class="scroll"><table><thead><tr><td></td>${columns}</tr></thead>${groups}</table></div>
</section>
`;
}

function notesSection({ configuration }: StudySnapshot): EscapedHtml {
  const note = contaminationNote(configuration);
  const choices = repeatsArticle(configuration) ? ARTICLE_CHOICES : [];
  if (note === '' && choices.length === 0) return NOTHING;
  return markup`<section>
<h2>To read these numbers rightly</h2>
${note === '' ? NOTHING : markup`<p>${note}</p>`}
${
  choices.length === 0
    ? NOTHING
    : markup`<p>Where the article’s text is silent, and what is done here:</p>
<ul>${choices.map(({ question, choice, reason }) => markup`<li><strong>${question}.</strong> ${choice}<span class="note">${reason}</span></li>`)}</ul>`
}
</section>`;
}

function lossSection(study: StudySnapshot): EscapedHtml {
  const figure = lossFigure(study.runs);
  if (figure === NOTHING) return NOTHING;
  return markup`<section>
<h2>Loss while training</h2>
<figure>${figure}
<figcaption>Mean cross-entropy of a target token in nats, on validation problems (strong) and training problems (faint). The methods train on different targets, so compare shapes here and scores in the tables.</figcaption></figure>
</section>`;
}

function feedbackSection({ rationale, feedback }: StudySnapshot): EscapedHtml {
  if (!rationale) return NOTHING;
  const wrote = markup`<p>The teacher wrote ${formatCount(rationale.samples)} rationales (${formatCount(rationale.tokens)} tokens) for ${formatCount(rationale.problems)} problems; its first answer was right for ${formatShare(rationale.greedyExactMatch)} of them.</p>`;
  const { diverse } = rationale;
  const further = diverse
    ? markup`<p>For the method with several rationales a problem it wrote ${formatCount(diverse.samples)} more; ${formatCount(diverse.right)} of them end in the right answer.</p>`
    : NOTHING;
  if (!feedback) return markup`<section><h2>Rationales</h2>${wrote}${further}</section>`;
  const reasons = REASONS.filter((reason) => feedback.byReason[reason] > 0).map(
    (reason) =>
      markup`<tr><th scope="row">${REASON_WORDING[reason].label}<span class="note">${REASON_WORDING[reason].explanation}</span></th><td>${formatCount(feedback.byReason[reason])}</td></tr>`,
  );
  const provenances = Object.entries(PROVENANCE_WORDING).map(
    ([name, wording]) =>
      markup`<tr><th scope="row">${wording.label}<span class="note">${wording.explanation}</span></th><td>${formatCount(feedback.byProvenance[name] ?? 0)}</td></tr>`,
  );
  return markup`<section>
<h2>What the filter did</h2>
${wrote}${further}
<p>Of its steps, ${formatCount(feedback.kept)} were kept, ${formatCount(feedback.repaired)} repaired and ${formatCount(feedback.rejected)} rejected.</p>
<div class="scroll"><table><thead><tr><th scope="col">Reason</th><th scope="col">Steps</th></tr></thead><tbody>${reasons}</tbody></table></div>
<div class="scroll"><table><thead><tr><th scope="col">Taught rationale</th><th scope="col">Problems</th></tr></thead><tbody>${provenances}</tbody></table></div>
</section>`;
}

function dataSection({ data }: StudySnapshot): EscapedHtml {
  if (!data) return NOTHING;
  const dropped = Object.entries(data.dropped).filter(([, count]) => count > 0);
  return markup`<section>
<h2>Data</h2>
<p>${formatCount(data.train)} problems to train on, ${formatCount(data.validation)} to validate, ${formatCount(data.test)} to test.</p>
${
  dropped.length === 0
    ? markup`<p class="soft">No problem was dropped.</p>`
    : markup`<p>Dropped:</p><ul>${dropped.map(([reason, count]) => markup`<li>${formatCount(count)}: ${reason}</li>`)}</ul>`
}
</section>`;
}

function incidentSection({ incidents = [] }: StudySnapshot): EscapedHtml {
  if (incidents.length === 0) return NOTHING;
  return markup`<section>
<h2>What went wrong and was overcome</h2>
<ul>${incidents.map(({ at, sentence }) => markup`<li>${formatMoment(at)}: ${sentence}</li>`)}</ul>
</section>`;
}

function settingsSection(study: StudySnapshot): EscapedHtml {
  return markup`<section>
<h2>Settings</h2>
<p class="soft">${study.device.explanation} The same seed repeats a study exactly on the same device.</p>
<pre>${JSON.stringify(study.configuration, null, 2)}</pre>
</section>`;
}
