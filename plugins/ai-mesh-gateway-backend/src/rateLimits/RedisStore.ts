import { randomBytes } from 'node:crypto';
import { createClient } from '@redis/client';
import { RedisSession } from './RedisSession';
import {
  ADMIT_SCRIPT,
  BEAT_SCRIPT,
  BEGIN_SCRIPT,
  END_SCRIPT,
  LEAVE_SCRIPT,
} from './redisScripts';
import { SharedSession, SharedStore } from './SharedStore';

/** How long a replica that is not heard of is believed to be alive: three beats. */
export const LIFE_MS = 15_000;

/** Where the shared limits are, as configured. */
export interface RedisLimitsConfig {
  /** `redis://` or `rediss://`; may hold a password. */
  readonly url: string;
  readonly keyPrefix: string;
}

/**
 * The shared limits in Redis. Each session is a connection of its own that never reconnects by itself: after a loss
 * nobody knows what was carried out, so that a new life begins.
 */
export class RedisStore implements SharedStore {
  readonly #config: RedisLimitsConfig;
  readonly #clock: (() => number) | undefined;
  readonly #lifeMs: number;
  #lifeBefore = '';

  /** @param options.clock - of the store, in milliseconds; absent: the server's own, the same for all replicas */
  constructor(
    config: RedisLimitsConfig,
    options: { clock?: () => number; lifeMs?: number } = {},
  ) {
    this.#config = config;
    this.#clock = options.clock;
    this.#lifeMs = options.lifeMs ?? LIFE_MS;
  }

  async open(signal: AbortSignal): Promise<SharedSession> {
    signal.throwIfAborted();
    const client = createClient({
      url: this.#config.url,
      socket: { reconnectStrategy: false, noDelay: true },
      disableOfflineQueue: true,
      RESP: 2,
      maintNotifications: 'disabled',
    });
    const giveUp = () => {
      if (client.isOpen) client.destroy();
    };
    signal.addEventListener('abort', giveUp);
    try {
      client.on('error', () => undefined); // whoever waits for a reply hears of it
      await client.connect();
      const load = (script: string) =>
        client.sendCommand<string>(['SCRIPT', 'LOAD', script]);
      const [begin, beat, admit, end, leave] = await Promise.all(
        [BEGIN_SCRIPT, BEAT_SCRIPT, ADMIT_SCRIPT, END_SCRIPT, LEAVE_SCRIPT].map(
          load,
        ),
      );
      const life = randomBytes(12).toString('hex');
      const session = new RedisSession({
        client,
        scripts: { begin, beat, admit, end, leave },
        keyPrefix: this.#config.keyPrefix,
        life,
        lifeBefore: this.#lifeBefore,
        clock: this.#clock,
        lifeMs: this.#lifeMs,
      });
      this.#lifeBefore = life;
      return session;
    } catch (error) {
      giveUp();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }
}
