import { Call } from './Call';

/** One step of every call. Must not await what it can do at once, so that nothing queues. */
export interface Stage {
  readonly name: StageName;
  /** Whether the stage runs after an earlier one failed, too. */
  readonly always?: boolean;
  run(call: Call): void | Promise<void>;
}

/** The stages, in the order in which every call goes through them. */
export const STAGE_NAMES = [
  'authenticate',
  'receive',
  'resolve',
  'admit',
  'scrub',
  'dispatch',
  'stream',
  'settle',
  'journal',
] as const;

/** @see STAGE_NAMES */
export type StageName = (typeof STAGE_NAMES)[number];

/** Takes a call from its first byte to its last. */
export type Pipeline = (call: Call) => void;

/**
 * Composes the stages, once, at the start.
 *
 * @param stages - one for each of {@link STAGE_NAMES}, in that order
 * @param finish - writes what is left of the answer, or the error, and gives back what is held; must not throw
 * @throws Error when a stage is missing or out of place
 */
export function composePipeline(
  stages: readonly Stage[],
  finish: (call: Call) => void,
): Pipeline {
  const names = stages.map(stage => stage.name).join(', ');
  if (names !== STAGE_NAMES.join(', ')) {
    throw new Error(`Cannot compose a pipeline of the stages ${names}`);
  }
  return call => runFrom(call, 0);

  // no async function: it would cost each call several promises more
  function runFrom(call: Call, first: number): void {
    for (let at = first; at < stages.length; at++) {
      const stage = stages[at];
      if (call.failure !== undefined && !stage.always) continue;
      try {
        const pending = stage.run(call);
        if (pending) {
          const next = at + 1;
          pending.then(
            () => runFrom(call, next),
            error => {
              fail(call, error);
              runFrom(call, next);
            },
          );
          return;
        }
      } catch (error) {
        fail(call, error);
      }
    }
    finish(call);
  }
}

/** The first failure is the cause; what follows from it would only hide it. */
function fail(call: Call, error: unknown): void {
  call.failure ??=
    error instanceof Error ? error : new Error('A stage threw no error');
}
