/** `<winnow-save-report>`: saves the report of a study as one HTML file that needs nothing else. */

import { html, LitElement } from 'lit';
import type { StudySnapshot } from '../../study/snapshot';
import { icon } from '../icons';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

class SaveReportElement extends LitElement {
  static override properties = {
    snapshot: { attribute: false },
    message: { state: true },
  };

  static override styles = [base, controls];

  declare snapshot: StudySnapshot;
  declare message: string;

  constructor() {
    super();
    this.message = '';
  }

  override render() {
    return html`<button @click=${() => void this.#save()}>${icon('save')} Save report</button>
      <span class="small" role="status">${this.message}</span>`;
  }

  async #save(): Promise<void> {
    try {
      const { reportDocument } = await import('../report/report-document');
      const file = new Blob([reportDocument(this.snapshot)], { type: 'text/html' });
      const address = URL.createObjectURL(file);
      const link = document.createElement('a');
      link.href = address;
      link.download = `winnow-${fileName(this.snapshot.name)}.html`;
      link.click();
      // The browser has read the file by then; the address would hold it in memory for ever.
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      this.message = '';
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    }
  }
}

function fileName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'study'
  );
}

customElements.define('winnow-save-report', SaveReportElement);
