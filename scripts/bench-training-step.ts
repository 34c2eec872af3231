/** Prints a training step's time, dispatches and memory beside those of stock tfjs. */

import { trainingStepBenchmark } from './bench/training-step';
import { registerStockBackend } from './bench/stock-backend';
import { startNodeBackend } from './node-backend';
import { startNodeWebgpu } from './node-webgpu';

if (await startNodeWebgpu()) {
  await registerStockBackend();
  const { name, software } = await startNodeBackend('webgpu');
  console.log(`Adapter: ${name}`);
  for (const result of await trainingStepBenchmark(software).run()) {
    const { ours, stock, ratio, unit, aim } = result;
    const aimed = aim === null ? '' : ` (aim ${aim}x)`;
    console.log(
      `${result.name}: ${ours.toFixed(1)} ${unit}, stock ${stock.toFixed(1)}: ${ratio.toFixed(2)}x${aimed}`,
    );
  }
  // Dawn keeps the process alive.
  process.exit(0);
}
