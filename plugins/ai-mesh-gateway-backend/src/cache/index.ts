export { CallCache, type CallCaching } from './CallCache';
export { AnswerRecording } from './AnswerRecording';
export { readCacheControl, type CacheControl } from './cacheControl';
export { cacheKeyOf, type CacheRequest, type CacheScope } from './cacheKey';
export {
  DEFAULT_CACHE_BOUNDS,
  ExactCache,
  type CachedAnswer,
  type CacheHit,
} from './ExactCache';
