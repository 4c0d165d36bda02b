import { Limits } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GatewayError } from '../../errors';
import { Logger } from '../../Logger';
import { LimitGrant } from '../LimitGrant';
import { LimitSubject } from '../LimitSubject';
import { RateLimits } from '../RateLimits';

/** Keeps the texts of what was logged. */
export class RecordingLogger implements Logger {
  readonly texts: string[] = [];
  debug = (text: string) => this.#keep(text);
  info = (text: string) => this.#keep(text);
  warn = (text: string) => this.#keep(text);
  error = (text: string) => this.#keep(text);

  #keep(text: string): void {
    this.texts.push(text);
  }
}

export function subject(
  kind: LimitSubject['kind'],
  id: string,
  limits: Limits,
): LimitSubject {
  return { kind, id, limits };
}

/** The value of a header that is there, as a number. */
export function numberOf(headers: readonly string[], name: string): number {
  return Number(header(headers, name));
}

export function header(
  headers: readonly string[],
  name: string,
): string | undefined {
  const at = headers.indexOf(name);
  return at === -1 ? undefined : headers[at + 1];
}

/** What became of a call: its grant, or why it was refused. */
export async function outcomeOf(
  call: () => LimitGrant | undefined | Promise<LimitGrant>,
): Promise<{ grant?: LimitGrant; refusal?: GatewayError }> {
  try {
    return { grant: await call() };
  } catch (error) {
    if (error instanceof GatewayError) return { refusal: error };
    throw error;
  }
}

/** Limits of one replica in memory, and its time. */
export function setUp(options: { replicas?: number } = {}) {
  const world = { nowMs: 1_700_000_000_000, replicas: options.replicas ?? 1 };
  const limits = new RateLimits({
    logger: new RecordingLogger(),
    clock: () => world.nowMs,
    replicaCount: () => world.replicas,
  });
  return { world, limits };
}

/** Lets a call in, which is counted in memory and therefore at once. */
export function admit(
  limits: RateLimits,
  subjects: readonly LimitSubject[],
  tokens = 1,
): LimitGrant {
  const grant = limits.admit(subjects, tokens);
  if (!grant || grant instanceof Promise) throw new Error('no grant at once');
  return grant;
}

/** The refusal of a call; undefined when it is let in. */
export function refusal(
  limits: RateLimits,
  subjects: readonly LimitSubject[],
  tokens = 1,
): GatewayError | undefined {
  try {
    admit(limits, subjects, tokens);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}
