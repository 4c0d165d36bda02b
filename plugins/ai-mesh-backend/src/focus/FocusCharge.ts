import {
  GpuSplitMethod,
  PicoUsd,
  Rate,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { LineAbout } from '../ledger/LedgerLine';

/** What a unit costs, in atto-USD: at the price that was booked with, and at the provider's list price. */
export interface UnitRates {
  contracted: Rate;
  list: Rate;
}

/** What the price book says of a charge. */
export interface ChargePrice {
  /** The price's key, such as `openai/gpt-4o`. */
  key: string;
  /** The rate of the class; where the version has none for it, those that the ledger may have taken in its place. */
  rates: readonly UnitRates[];
  /** Whether the provider changes the price at will, and may take the machine away (spot). */
  isSpot: boolean;
}

/** Which part of shared machines a charge is. */
export interface ChargeSplit {
  /** What all parts of one origin have in common, and no others. */
  originId: string;
  /** The machines that are shared. */
  pool: string;
  /** Who had the part; absent for what nobody had. */
  consumer?: {
    departmentRef: string;
    applicationRef: string;
    /** How the consumer shared the GPUs. */
    method: GpuSplitMethod;
  };
  /** What worked of it, and what was allocated and lay idle. */
  utilised: PicoUsd;
  idle: PicoUsd;
  /** Absent for who may not see all parts: from a share and a part anyone could tell what the others had. */
  whole?: {
    cost: PicoUsd;
    /** The part's share in units of 1e-12; those of an origin sum to 1e12. */
    ratio: bigint;
  };
}

/** A charge of one day: what the ledger holds, before a version of FOCUS gives it columns. */
export interface FocusCharge {
  /** The month that it is billed in, as `2026-10`. */
  month: string;
  /** When the day on which it happened began, epoch milliseconds, UTC. */
  day: number;
  /** Whether it corrects a month that was closed before. */
  isCorrection: boolean;
  about: Omit<LineAbout, 'debit' | 'credit'>;
  /** Units of the class; below zero in a reversal. */
  quantity: bigint;
  requests: bigint;
  cost: PicoUsd;
  /** Part of the cost that was estimated. */
  estimated: PicoUsd;
  avoided: PicoUsd;
  /** Absent when the price book does not know the version. */
  price?: ChargePrice;
  /** For machines that are shared. */
  split?: ChargeSplit;
}
