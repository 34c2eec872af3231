/** `<winnow-download-list>`: the files this page downloaded from hubs and keeps, with their sizes, to delete. */

import { css, html, LitElement, nothing } from 'lit';
import { licenceOf } from '../../weights/hub/manifest';
import type { DownloadListing } from '../../worker/protocol';
import { formatBytes } from '../format';
import { icon } from '../icons';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

const TRUST: Readonly<Record<DownloadListing['trust'], string>> = {
  verified: 'its hash is the listed one',
  pinned: 'hash pinned by the first download',
  unverified: 'unverified: not on this page’s list',
};

class DownloadListElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    confirming: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      h2 {
        margin-bottom: 0.5rem;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.35rem 1rem;
        padding: 0.6rem 0;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .name {
        flex: 1 1 12rem;
        overflow-wrap: anywhere;
      }
      button {
        min-height: 2.1rem;
        padding: 0.2rem 0.75rem;
        font-size: 0.92rem;
      }
    `,
  ];

  declare service: StudyService;
  declare confirming: string;

  constructor() {
    super();
    this.confirming = '';
    new ServiceController(this, () => this.service);
  }

  override render() {
    const { downloads } = this.service;
    if (downloads.length === 0) return nothing;
    const bytes = downloads.reduce((sum, download) => sum + download.bytes, 0);
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Downloaded files</h2>
      <p class="small soft">${formatBytes(bytes)} in all; studies on them work offline.</p>
      <ul>
        ${downloads.map((download) => this.#renderDownload(download))}
      </ul>
    </section>`;
  }

  #renderDownload(download: DownloadListing) {
    const { key, name, bytes, total, state, trust, sha256 } = download;
    const size =
      state === 'complete'
        ? formatBytes(bytes)
        : `${formatBytes(bytes)}${total === null ? '' : ` of ${formatBytes(total)}`}, not complete`;
    const licence = licenceOf(key);
    return html`<li>
      <p class="name">
        ${name}<br />
        <span class="small soft" title=${sha256 === null ? '' : `SHA-256 ${sha256}`}
          >${size}${state === 'complete' ? `, ${TRUST[trust]}` : ''}${licence === null ? '' : `, licence: ${licence}`}</span
        >
      </p>
      ${
        this.confirming === key
          ? html`<span>
              <button @click=${() => void this.#remove(key)}>Really delete</button>
              <button class="quiet" @click=${() => (this.confirming = '')}>Keep</button>
            </span>`
          : html`<button
              class="quiet"
              ?disabled=${this.service.busy || this.service.isRunning}
              aria-label="Delete ${name}"
              @click=${() => (this.confirming = key)}
            >
              ${icon('remove')} Delete
            </button>`
      }
    </li>`;
  }

  async #remove(key: string): Promise<void> {
    this.confirming = '';
    await this.service.removeDownload(key);
  }
}

customElements.define('winnow-download-list', DownloadListElement);
