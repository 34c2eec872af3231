/** The saved report: complete, self-contained, and safe whatever the study's texts contain. */

import { describe, expect, it } from 'vitest';
import { METHODS, type Method } from '../../../src/study/methods';
import { escapeText, markup } from '../../../src/ui/report/escaped-html';
import { reportDocument } from '../../../src/ui/report/report-document';
import { fixtureSnapshot } from './fixture-study';

const HOSTILE = `"><img src=x onerror="document.title='owned'"><script>alert(1)</script>&'`;

function parsed(text: string): Document {
  return new DOMParser().parseFromString(text, 'text/html');
}

describe('reportDocument', () => {
  const text = reportDocument(fixtureSnapshot('end'));
  const report = parsed(text);

  it('is a whole document that needs nothing else', () => {
    expect(text).toMatch(/^<!doctype html>/);
    expect(report.querySelectorAll('script, link, img, iframe, object')).toHaveLength(0);
    expect(text).not.toMatch(/(src|href|url)\s*[=(]\s*["']?(https?:)?\/\//);
  });

  it('shows each method on each split, with intervals and honest names', () => {
    const [comparison] = report.querySelectorAll('table');
    const rows = [...(comparison?.querySelectorAll('tbody:first-of-type tr') ?? [])].map(
      (row) => row.textContent,
    );
    expect(
      rows.filter((row) => row.includes('rationales') || row.includes('Answers')),
    ).toHaveLength(3);
    expect(comparison?.textContent).toContain('43.3\u00a0%38.4–48.1');
    expect(comparison?.textContent).toContain('Token accuracy');
    expect(comparison?.textContent).toContain('Format rate');
    expect(comparison?.textContent).toContain('Test (400)');
    // Only the article’s own word, in quotation marks.
    expect(report.body.textContent).not.toMatch(/(?<!Token |“)\baccuracy\b/i);
  });

  it('says what went wrong and was overcome, where anything did', () => {
    expect(report.body.textContent).not.toContain('What went wrong');
    const incidents = [{ at: 0, sentence: `A checkpoint is damaged. ${HOSTILE}` }];
    const told = parsed(reportDocument({ ...fixtureSnapshot('end'), incidents }));
    expect(told.body.textContent).toContain(`A checkpoint is damaged. ${HOSTILE}`);
    expect(told.querySelectorAll('img, script')).toHaveLength(0);
  });

  it('puts the article’s numbers beside token accuracy, where all its methods are compared', () => {
    const table = (methods?: readonly Method[]) =>
      [...parsed(reportDocument(fixtureSnapshot('end', 1, methods))).querySelectorAll('section')]
        .find((section) => section.querySelector('h2')?.textContent === 'Beside the article')
        ?.querySelector('tbody');
    const rows = [...(table(METHODS)?.rows ?? [])];
    expect(rows.map(({ cells }) => cells[1]?.textContent)).toEqual(['0.59', '0.71', '0.75']);
    expect(table(['cot', 'feedback'])).toBeUndefined();
  });

  it('shows the other tables and both figures', () => {
    const headings = [...report.querySelectorAll('h2')].map((heading) => heading.textContent);
    for (const heading of [
      'Result',
      'The methods',
      'Exact match by difficulty',
      'How long the reasoning is',
      'What each method cost',
      'Method against method',
      'Loss while training',
      'What the filter did',
      'Data',
      'Settings',
    ]) {
      expect(headings).toContain(heading);
    }
    expect(report.querySelectorAll('svg[role=img]')).toHaveLength(2);
    expect(report.querySelectorAll('svg g.feedback path[stroke-dasharray=none]').length).toBe(2);
    expect(report.body.textContent).toContain('< 0.001');
  });

  it('has room for every method, and sets the last one against the others in words', () => {
    const all = parsed(reportDocument(fixtureSnapshot('end', 1, METHODS)));
    const sentences = [...all.querySelectorAll('section:first-of-type li')].map(
      (item) => item.textContent,
    );
    expect(sentences).toHaveLength(METHODS.length);
    expect(
      sentences.slice(0, -1).every((text) => text.startsWith('Winnowed rationales against')),
    ).toBe(true);
    expect(sentences.at(-1)).toContain('every other pair');

    const legend = [...all.querySelectorAll('svg')].at(-1);
    expect(legend?.querySelectorAll('g')).toHaveLength(METHODS.length);
    const [, , width = 0, height = 0] = (legend?.getAttribute('viewBox') ?? '')
      .split(' ')
      .map(Number);
    for (const text of legend?.querySelectorAll('text') ?? []) {
      expect(Number(text.getAttribute('x')) + 200).toBeLessThanOrEqual(width);
      expect(Number(text.getAttribute('y'))).toBeLessThanOrEqual(height);
    }
  });

  it('keeps hostile text as text', () => {
    const study = fixtureSnapshot('end');
    const hostile = parsed(
      reportDocument({
        ...study,
        name: HOSTILE,
        message: HOSTILE,
        device: { ...study.device, name: HOSTILE, explanation: HOSTILE },
        data: { train: 1, validation: 1, test: 1, dropped: { [HOSTILE]: 3 } },
        configuration: { ...study.configuration, preset: HOSTILE },
      }),
    );
    expect(hostile.querySelectorAll('script, img')).toHaveLength(0);
    expect(hostile.querySelector('h1')?.textContent).toBe(HOSTILE);
    expect(hostile.title).toContain(HOSTILE);
  });

  it('says what there is of a study that is not finished', () => {
    const unfinished = parsed(reportDocument(fixtureSnapshot('train')));
    expect(unfinished.querySelector('h2')?.textContent).toBe('Not finished');
    expect(unfinished.body.textContent).toContain('Loss while training');
    expect(parsed(reportDocument(fixtureSnapshot('data'))).querySelectorAll('svg')).toHaveLength(0);
  });
});

describe('markup', () => {
  it('escapes every insertion once, and no template twice', () => {
    expect(markup`<p title="${'"<'}">${markup`<b>${'&'}</b>`}${3}</p>`.text).toBe(
      '<p title="&quot;&lt;"><b>&amp;</b>3</p>',
    );
    expect(escapeText(`<a href='x'>&`)).toBe('&lt;a href=&#39;x&#39;&gt;&amp;');
  });
});
