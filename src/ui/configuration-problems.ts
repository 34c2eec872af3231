/** What is wrong with a configuration from outside, as a list with the settings' names. */

import { html, nothing } from 'lit';
import type { ConfigurationProblem } from '../study/read-configuration';

/** Problems shown one by one; whoever has more has brought something else. */
const MOST_SHOWN = 8;

/** @param introduction the sentence before them */
export function configurationProblems(
  introduction: string,
  problems: readonly ConfigurationProblem[],
) {
  const hidden = problems.length - MOST_SHOWN;
  return html`<p>${introduction}</p>
    <ul>
      ${problems
        .slice(0, MOST_SHOWN)
        .map(
          ({ path, sentence }) =>
            html`<li>${path === '' ? nothing : html`<code>${path}</code>: `}${sentence}.</li>`,
        )}
    </ul>
    ${hidden > 0 ? html`<p>And ${hidden} more.</p>` : nothing}`;
}
