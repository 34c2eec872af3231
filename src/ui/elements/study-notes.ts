/** `<winnow-study-notes>`: what has to be known to read a study's numbers: what its models may have seen, and what was chosen. */

import { html, LitElement, nothing } from 'lit';
import { repeatsArticle } from '../../study/article';
import { contaminationNote } from '../../study/contamination';
import type { StudyConfiguration } from '../../study/configuration';
import { base } from '../styles/base';
import './article-choices';

class StudyNotesElement extends LitElement {
  static override properties = { configuration: { attribute: false } };

  static override styles = [base];

  declare configuration: StudyConfiguration;

  override render() {
    const note = contaminationNote(this.configuration);
    const isArticle = repeatsArticle(this.configuration);
    if (note === '' && !isArticle) return nothing;
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">To read these numbers rightly</h2>
      ${note === '' ? nothing : html`<p class="small">${note}</p>`}
      ${isArticle ? html`<winnow-article-choices></winnow-article-choices>` : nothing}
    </section>`;
  }
}

customElements.define('winnow-study-notes', StudyNotesElement);
