export type { LimitGrant } from './LimitGrant';
export type { LimitSubject } from './LimitSubject';
export { RateLimits } from './RateLimits';
export {
  readRateLimitsConfig,
  type RateLimitsConfig,
} from './readRateLimitsConfig';
export { RedisStore } from './RedisStore';
export { LimitError } from './refusal';
