/** The entry of the page: starts the worker and mounts the page on it. */

import { mountPage } from './ui/page';
import { installTrustedTypesPolicy } from './ui/trusted-types';
import { createWorker, WorkerClient } from './worker/client';

installTrustedTypesPolicy();
await mountPage(new WorkerClient(createWorker()));
