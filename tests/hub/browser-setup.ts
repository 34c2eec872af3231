/** Starts the stand-in hub for the tests in the browser and tells them its address. */

import type { TestProject } from 'vitest/node';
import { startStandInHub } from './stand-in-hub';

declare module 'vitest' {
  export interface ProvidedContext {
    hub: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const hub = await startStandInHub();
  project.provide('hub', hub.url);
  return () => hub.close();
}
