/** `npm start`: installs what is missing, then runs `start-study.ts`. */

import { startScript } from './bootstrap.mjs';

startScript('start-study.ts');
