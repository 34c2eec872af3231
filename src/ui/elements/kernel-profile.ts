/** `<winnow-kernel-profile>`: where the device's time went, kernel by kernel. */

import { css, html, LitElement } from 'lit';
import type { KernelProfile, KernelTime } from '../../study/snapshot';
import { formatCount, formatDuration, formatShare } from '../format';
import { base } from '../styles/base';
import { tables } from '../styles/tables';

/** Kernels with a row of their own; what is left takes little time and shares one. */
const MAXIMUM_ROWS = 12;

class KernelProfileElement extends LitElement {
  static override properties = { kernels: { attribute: false } };

  static override styles = [
    base,
    tables,
    css`
      p {
        max-width: 46rem;
        margin: 0.25rem 0 0.7rem;
      }
    `,
  ];

  declare kernels: KernelProfile;

  constructor() {
    super();
    this.kernels = [];
  }

  override render() {
    const { kernels } = this;
    const total = sum('all kernels', kernels);
    const rows =
      kernels.length > MAXIMUM_ROWS
        ? [
            ...kernels.slice(0, MAXIMUM_ROWS - 1),
            sum(`${kernels.length - MAXIMUM_ROWS + 1} others`, kernels.slice(MAXIMUM_ROWS - 1)),
          ]
        : kernels;
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Time on the device</h2>
      <p class="small soft">
        Measured since the study last began or went on. Browsers may round each time to 0.1 ms, so
        only kernels with many dispatches or long ones are exact.
      </p>
      <div class="scroll" role="group" aria-labelledby="title" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Kernel</th>
              <th scope="col">Dispatches</th>
              <th scope="col">Time</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            ${[...rows, total].map((row) => renderRow(row, total.milliseconds))}
          </tbody>
        </table>
      </div>
    </section>`;
  }
}

function renderRow({ name, dispatches, milliseconds }: KernelTime, total: number) {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${formatCount(dispatches)}</td>
    <td>${formatDuration(milliseconds)}</td>
    <td>${total > 0 ? formatShare(milliseconds / total) : ''}</td>
  </tr>`;
}

function sum(name: string, kernels: KernelProfile): KernelTime {
  return {
    name,
    dispatches: kernels.reduce((total, { dispatches }) => total + dispatches, 0),
    milliseconds: kernels.reduce((total, { milliseconds }) => total + milliseconds, 0),
  };
}

customElements.define('winnow-kernel-profile', KernelProfileElement);
