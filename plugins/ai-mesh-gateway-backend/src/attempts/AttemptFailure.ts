import { FallbackCause } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { WholeAnswer } from '../upstream/Answer';

/** Why an attempt brought no answer, and what the caller hears when no other does. */
export interface AttemptFailure {
  /** Undefined when it is about the request: no other target would do better. */
  cause: FallbackCause | undefined;
  error: Error;
  /** Whether it says nothing of the target: the caller had less time than a call may take. */
  isOfCaller?: boolean;
  /** How long the provider asks to be left alone. */
  retryAfterMs?: number;
  /** The provider's own refusal of the request: goes to the caller as it came. */
  refusal?: WholeAnswer;
  /** For the log, after "A provider …": a constant text, nothing of the answer. */
  what?: string;
}
