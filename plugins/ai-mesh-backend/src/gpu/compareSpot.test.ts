import { parseRate, parseUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { gpuRecord, TEN_O_CLOCK } from './__testUtils__/gpuRecords';
import { compareSpot } from './compareSpot';

const spot = parseRate('2.30', '2000');
const onDemand = parseRate('6.98', '2000');

it('prices lost work and waiting at the spot price, once for each machine-hour', () => {
  const eviction = {
    at: TEN_O_CLOCK,
    lostWorkSeconds: 900,
    restartSeconds: 299,
  };
  expect(
    compareSpot(
      gpuRecord({
        to: TEN_O_CLOCK + 1_800_000,
        evictions: [eviction, { ...eviction, restartSeconds: 301 }],
      }),
      { spot, onDemand },
    ),
  ).toEqual({
    onDemand: parseUsd('3.49'), // half an hour
    evictions: 2,
    reworkSeconds: 2_400n,
    rework: parseUsd('1.533333333333'), // 2.30 × 2400 / 3600
  });
});

it('says nothing of a saving where no on-demand price is known', () => {
  expect(compareSpot(gpuRecord(), { spot }).onDemand).toBeUndefined();
});
