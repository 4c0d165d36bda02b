import { AttemptHolder } from '../attempts/AttemptHolder';
import { AttemptSender } from '../attempts/AttemptSender';
import { CallCache } from '../cache';
import { Logger } from '../Logger';
import { CountEvent } from '../metrics/GatewayMetrics';
import { Stage } from '../pipeline';
import { RateLimits } from '../rateLimits';
import { Classifiers } from '../routing/findSpecialist';
import { TargetStates } from '../routing/TargetStates';
import { Shadows } from '../shadow/Shadows';
import { SnapshotHolder } from '../snapshot/SnapshotHolder';
import { createAdmitStage } from './admit';
import { createAuthenticateStage } from './authenticate';
import { createDispatchStage } from './dispatch';
import { createReceiveStage } from './receive';
import { createResolveStage } from './resolve';
import { createScrubStage } from './scrub';
import { createStreamStage } from './stream';

/** What the stages work with. */
export interface StageServices {
  bodyBytes: number;
  hashSecret: string;
  clock: () => number;
  snapshots: SnapshotHolder;
  rateLimits: RateLimits;
  states: TargetStates;
  classifiers: Classifiers;
  sender: AttemptSender;
  holder: AttemptHolder;
  cache: CallCache;
  shadows: Shadows;
  settle: Stage;
  journal: Stage;
  logger: Logger;
  onEvent: CountEvent;
}

/** The way of a call, from its first byte to its last. */
export function createStages(services: StageServices): Stage[] {
  return [
    createAuthenticateStage(services),
    createReceiveStage(services),
    createResolveStage(services),
    createAdmitStage(services),
    createScrubStage(),
    createDispatchStage(services),
    createStreamStage(services),
    services.settle,
    services.journal,
  ];
}
