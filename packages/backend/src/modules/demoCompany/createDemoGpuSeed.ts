import type { MeshSeed } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { generatePastGpuUsage } from './pastGpuUsage';

const RANDOM_SEED = 1989;
const HISTORY_DAYS = 21;
const BATCH_RECORDS = 250;

/**
 * Three weeks of GPU machines of the example company, through the way in that a fleet uses. Runs after the company
 * itself, whose departments pay for them.
 */
export function createDemoGpuSeed(options: { now(): Date }): MeshSeed {
  return {
    id: 'demo-gpu-usage',
    async run(context) {
      const records = generatePastGpuUsage({
        seed: RANDOM_SEED,
        now: options.now(),
        days: HISTORY_DAYS,
      });
      for (let start = 0; start < records.length; start += BATCH_RECORDS) {
        await context.recordGpuUsage(
          records.slice(start, start + BATCH_RECORDS),
        );
      }
    },
  };
}
