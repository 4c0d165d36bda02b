import { GpuUsageRecordMessage } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import type { MeshSeedContext } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { createDemoGpuSeed } from './createDemoGpuSeed';

const notNeeded = async () => {
  throw new Error('the GPU seed needs only the way in for recorded usage');
};

it('records three weeks in batches that a fleet could have sent', async () => {
  const batches: (readonly GpuUsageRecordMessage[])[] = [];
  const context: MeshSeedContext = {
    issueKey: notNeeded,
    setBudget: notNeeded,
    priceOf: notNeeded,
    bookDemoUsage: notNeeded,
    async recordGpuUsage(records) {
      batches.push(records);
    },
  };
  await createDemoGpuSeed({
    now: () => new Date('2026-11-22T10:20:00Z'),
  }).run(context);
  expect(batches.flat().length).toBeGreaterThan(600);
  expect(batches.every(batch => batch.length <= 250)).toBe(true);
});
