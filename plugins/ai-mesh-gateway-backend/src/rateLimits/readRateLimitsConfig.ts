import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { RedisLimitsConfig } from './RedisStore';

/** How limits are counted. */
export interface RateLimitsConfig {
  /** Absent: each replica counts its share of every limit. */
  redis: RedisLimitsConfig | undefined;
}

/** The braces keep all keys in one slot, which a script over several subjects needs where Redis is sharded. */
const DEFAULT_KEY_PREFIX = '{ai-mesh}:limits:';

/**
 * Reads `aiMeshGateway.rateLimits`.
 *
 * @throws InputError that names the key and says what is expected; never with the address, which can hold a password
 */
export function readRateLimitsConfig(root: Config): RateLimitsConfig {
  const config = root.getOptionalConfig('aiMeshGateway.rateLimits.redis');
  if (!config) return { redis: undefined };
  const url = config.getString('url');
  if (!/^rediss?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new InputError(
      'Cannot use aiMeshGateway.rateLimits.redis.url: expected an address such as rediss://user:password@host:6380',
    );
  }
  const keyPrefix = config.getOptionalString('keyPrefix') ?? DEFAULT_KEY_PREFIX;
  return { redis: { url, keyPrefix } };
}
