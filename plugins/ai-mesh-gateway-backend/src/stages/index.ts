import { Journal } from '../journal/Journal';
import { Leases } from '../leases/Leases';
import { Logger } from '../Logger';
import { Stage } from '../pipeline';
import { SnapshotHolder } from '../snapshot/SnapshotHolder';
import { Provider } from '../upstream/Provider';
import { createAdmitStage } from './admit';
import { createAuthenticateStage } from './authenticate';
import { createDispatchStage } from './dispatch';
import { createJournalStage } from './journal';
import { createReceiveStage } from './receive';
import { createResolveStage } from './resolve';
import { createScrubStage } from './scrub';
import { createSettleStage } from './settle';
import { createStreamStage } from './stream';

export { DeadlineError } from './dispatch';

/** What the stages work with. */
export interface StageServices {
  bodyBytes: number;
  hashSecret: string;
  clock: () => number;
  snapshots: SnapshotHolder;
  leases: Leases;
  providers: ReadonlyMap<string, Provider>;
  journal: Journal;
  logger: Logger;
  onRecorded: () => void;
}

/** The way of a call, from its first byte to its last. */
export function createStages(services: StageServices): Stage[] {
  return [
    createReceiveStage(services),
    createAuthenticateStage(services),
    createResolveStage(),
    createAdmitStage(services),
    createScrubStage(),
    createDispatchStage(services),
    createStreamStage(services),
    createSettleStage(services),
    createJournalStage(services),
  ];
}
