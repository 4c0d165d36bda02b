import {
  PicoUsd,
  ServedBecause,
  ServiceTier,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Hold } from './leases/Lease';
import { Oddity, UsageLine } from './prices/usageLines';
import { ReportedUsage } from './protocols';
import { TargetState } from './routing/TargetState';
import { CompiledModel, CompiledTarget } from './snapshot/CompiledSnapshot';

/** How much of an attempt was used, once its end is known. */
export interface Outcome {
  /**
   * `answered`: the provider answered to the end. `cut`: it was at work when the attempt ended.
   * `unseen`: it was sent, and nothing came back in time: it may have done all that was allowed.
   * `filtered`: it read the prompt, and refused it. `refused`: it did no billable work.
   * `cached`: no provider was asked.
   */
  end: 'answered' | 'cut' | 'unseen' | 'filtered' | 'refused' | 'cached';
  usage: ReportedUsage | undefined;
  /** Pieces of a stream that were seen; each is at least one token. */
  pieceCount: number;
}

/** What an attempt used, as it is put on record. */
export interface SettledUsage {
  lines: readonly UsageLine[];
  estimated: boolean;
  /** As what the provider billed it. */
  serviceTier: ServiceTier;
  oddities: readonly Oddity[];
  /** Of all classes together; zero where it is charged by the piece. */
  inputTokens: number;
  /** Of all classes together. */
  outputTokens: number;
}

/** One try of a call at a target: held, sent, and booked by itself. */
export class Attempt {
  /** From 1, as in the ledger. */
  readonly number: number;
  readonly model: CompiledModel;
  readonly target: CompiledTarget;
  readonly because: ServedBecause;

  // admit
  maxOutputTokens = 0;
  hold: Hold | undefined;
  /** The usage could not be recorded: its money stays held until somebody looks. */
  keepHold = false;
  // dispatch
  startedAtMs = 0;
  /** Whether it went out: the journal covers its money from then on. */
  dispatched = false;
  /** What is known of its target, while it is in flight there. */
  state: TargetState | undefined;
  /** Its number as a try, at a target that was left alone. */
  probe: number | undefined;
  outcome: Outcome | undefined;
  // settle
  costPicoUsd: PicoUsd | undefined;
  avoidedPicoUsd: PicoUsd | undefined;
  usage: SettledUsage | undefined;

  constructor(options: {
    number: number;
    model: CompiledModel;
    target: CompiledTarget;
    because: ServedBecause;
  }) {
    this.number = options.number;
    this.model = options.model;
    this.target = options.target;
    this.because = options.because;
  }

  /** It is no longer in flight at its target. */
  end(): void {
    this.state?.ended(this.probe);
    this.state = undefined;
  }
}
