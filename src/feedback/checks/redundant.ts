/** `redundant`: no path of results leads from this step to the gold answer (backward slice). */

import { passed, rejected } from '../evidence';
import type { Check } from '../evidence';

export const redundant: Check = ({ needed }) =>
  needed === false
    ? rejected('redundant', 0, 'The answer does not need this step.')
    : passed('redundant');
