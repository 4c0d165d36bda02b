import {
  GpuUsageRecord,
  PicoUsd,
  Rate,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { costOfMachineTime, secondsOf } from './splitMachineHour';

/** What a spot machine saved in an hour, and what evictions took from it. */
export interface SpotFigures {
  /** What the same time had cost on demand; absent while no such price is known. */
  onDemand?: PicoUsd;
  evictions: number;
  /** Work lost since the last checkpoint, and waiting to restart. */
  reworkSeconds: bigint;
  /** Those seconds at the spot price. */
  rework: PicoUsd;
}

/**
 * The figures of which the net saving is the sum:
 *
 *     net = Σ hours × (on-demand − spot) − Σ evictions × (lost work + restart) × spot
 *
 * Each term is rounded once for each machine-hour, half to even.
 *
 * @param rates - atto-USD for an hour
 */
export function compareSpot(
  record: Pick<GpuUsageRecord, 'from' | 'to' | 'evictions'>,
  rates: { spot: Rate; onDemand?: Rate },
): SpotFigures {
  const reworkSeconds = record.evictions.reduce(
    (sum, { lostWorkSeconds, restartSeconds }) =>
      sum + BigInt(lostWorkSeconds) + BigInt(restartSeconds),
    0n,
  );
  return {
    onDemand:
      rates.onDemand === undefined
        ? undefined
        : costOfMachineTime(rates.onDemand, secondsOf(record)),
    evictions: record.evictions.length,
    reworkSeconds,
    rework: costOfMachineTime(rates.spot, reworkSeconds),
  };
}
