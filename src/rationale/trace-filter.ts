/** The schema of a trace filter, for filters from outside: the page's messages and addresses. */

import * as v from 'valibot';
import { PROVENANCES, REASONS } from './trace';
import {
  LOOP_OUTCOMES,
  STEP_COUNTS,
  STUDENT_OUTCOMES,
  TRACE_ORDERS,
  type TraceFilter,
} from './trace-listing';

/** Names of runs are short, and so is what people search for. */
const LONGEST_NAME = 200;
const LONGEST_TEXT = 1_000;

export const traceFilterSchema = v.strictObject({
  verdict: v.exactOptional(v.picklist(['kept', 'rejected', 'repaired'])),
  reason: v.exactOptional(v.picklist(REASONS)),
  provenance: v.exactOptional(v.picklist(PROVENANCES)),
  answer: v.exactOptional(v.picklist(['right', 'wrong'])),
  difficulty: v.exactOptional(v.picklist(STEP_COUNTS)),
  length: v.exactOptional(v.picklist(STEP_COUNTS)),
  students: v.exactOptional(v.picklist(STUDENT_OUTCOMES)),
  failedRun: v.exactOptional(v.pipe(v.string(), v.maxLength(LONGEST_NAME))),
  loop: v.exactOptional(v.picklist(LOOP_OUTCOMES)),
  text: v.exactOptional(v.pipe(v.string(), v.maxLength(LONGEST_TEXT))),
});

export const traceOrderSchema = v.picklist(TRACE_ORDERS);

/** The conditions of a filter that are possible; others are left out. */
export function possibleFilter(
  written: Iterable<readonly [name: string, value: string]>,
): TraceFilter {
  let filter: TraceFilter = {};
  for (const [name, value] of written) {
    const parsed = v.safeParse(traceFilterSchema, { ...filter, [name]: value });
    if (parsed.success) filter = parsed.output;
  }
  return filter;
}
