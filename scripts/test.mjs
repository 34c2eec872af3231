/** `npm test`: installs what is missing, then runs every check of `test-stages.ts`. */

import { startScript } from './bootstrap.mjs';

startScript('test-stages.ts');
