/** What axe-core finds in a view of the page: it must be nothing. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';
import * as v from 'valibot';
import { expect } from 'vitest';

const require = createRequire(import.meta.url);
const AXE = require.resolve('axe-core/axe.min.js');

const resultsSchema = v.object({
  violations: v.array(
    v.object({
      id: v.string(),
      help: v.string(),
      nodes: v.array(v.object({ target: v.array(v.unknown()), failureSummary: v.string() })),
    }),
  ),
});

/** Runs all of axe's rules, its best practices among them, on the page as it is. */
export async function expectAccessible(page: Page, view: string): Promise<void> {
  // Evaluated by the debugger: the page's own policy would refuse a script that is added to it.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const results = v.parse(resultsSchema, await page.evaluate('axe.run()'));
  const found = results.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.map(
      ({ target, failureSummary }) => `${JSON.stringify(target)}: ${failureSummary}`,
    ),
  }));
  expect(found, `axe in the view ${view}`).toEqual([]);
}
