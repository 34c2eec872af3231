/** `<winnow-article-choices>`: what the article leaves open, what its preset does there, and why; closed at first. */

import { css, html, LitElement } from 'lit';
import { ARTICLE_CHOICES } from '../../study/article';
import { base } from '../styles/base';

class ArticleChoicesElement extends LitElement {
  static override styles = [
    base,
    css`
      dl {
        display: grid;
        gap: 0.7rem;
        margin: 0.6rem 0 0;
      }
      dt {
        font-weight: 600;
      }
      dd {
        max-width: 46rem;
        margin: 0.15rem 0 0;
      }
    `,
  ];

  override render() {
    return html`<details class="small">
      <summary>Where the article’s text is silent, and what is done here</summary>
      <dl>
        ${ARTICLE_CHOICES.map(
          ({ question, choice, reason }) =>
            html`<div>
              <dt>${question}</dt>
              <dd>${choice}</dd>
              <dd class="soft">${reason}</dd>
            </div>`,
        )}
      </dl>
    </details>`;
  }
}

customElements.define('winnow-article-choices', ArticleChoicesElement);
