import { FlaggedLine, PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { LineFlag } from '../../ledger/lineFlags';
import { MonthNumber } from '../monthNumber';

/** Reads what was odd about a month. By the time for which lines count. */
export interface QualityStore {
  /** What stands on each suspense account of this month; accounts without anything are missing. */
  suspense(
    month: MonthNumber,
  ): Promise<{ reason: string; costPicoUsd: PicoUsd }[]>;

  /** Lines by what was odd about them, in the order of the flags; `estimated` alone is not counted. */
  flags(
    month: MonthNumber,
  ): Promise<{ flag: LineFlag; lines: number; costPicoUsd: PicoUsd }[]>;

  /** What was spent, and the part of it whose counts are the gateway's own. */
  cost(
    month: MonthNumber,
  ): Promise<{ costPicoUsd: PicoUsd; estimatedPicoUsd: PicoUsd }>;

  /** Happened last first. */
  flaggedLines(query: {
    month: MonthNumber;
    flag: LineFlag;
    offset: number;
    limit: number;
  }): Promise<{ items: FlaggedLine[]; total: number }>;
}
