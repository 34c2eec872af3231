/** A page that watches a study which another tab runs, and takes it over. */

import { expect, it } from 'vitest';
import { fixtureSnapshot } from './fixture-study';
import { asked, open } from './opened-page';

const running = (share: number) => ({
  ...fixtureSnapshot('train', share),
  status: 'running' as const,
});

it('shows another tab’s study live, and goes on with it here when asked to', async () => {
  const { studyId } = running(0);
  const worker = await open({ studies: [running(0.1)] }, `#study=${studyId}`);
  const view = document.querySelector('winnow-app')?.shadowRoot?.querySelector('winnow-study-view');
  const text = () => view?.shadowRoot?.textContent ?? '';
  await expect.poll(text).toContain('Runs in another tab');
  const service = document.querySelector('winnow-app')?.service;
  worker.show(running(0.6));
  expect(service?.shown?.stages.train.done).toBe(running(0.6).stages.train.done);
  expect(service?.isRunning).toBe(false);
  const button = [...(view?.shadowRoot?.querySelectorAll('button') ?? [])].find((each) =>
    each.textContent.includes('Go on here'),
  );
  button?.click();
  await expect.poll(() => service?.isRunning).toBe(true);
  expect(asked(worker, 'takeOverStudy')[0]?.parameters).toEqual({ studyId });
  // Taken back by the other tab.
  worker.broadcast({ ...running(0.6), status: 'paused' });
  worker.show(running(0.7));
  await expect.poll(text).toContain('Runs in another tab');
});
