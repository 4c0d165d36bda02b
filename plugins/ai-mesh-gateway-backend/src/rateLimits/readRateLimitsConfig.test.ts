import { ConfigReader } from '@backstage/config';
import { readRateLimitsConfig } from './readRateLimitsConfig';

function read(redis?: object) {
  const rateLimits = redis && { redis };
  return readRateLimitsConfig(
    new ConfigReader({ aiMeshGateway: { rateLimits } }),
  );
}

describe('readRateLimitsConfig', () => {
  it('counts in memory where nothing is configured', () => {
    expect(readRateLimitsConfig(new ConfigReader({}))).toEqual({});
    expect(read()).toEqual({});
  });

  it('takes an address and a prefix', () => {
    expect(read({ url: 'rediss://u:p@redis:6380', keyPrefix: 'a:' })).toEqual({
      redis: { url: 'rediss://u:p@redis:6380', keyPrefix: 'a:' },
    });
    expect(read({ url: 'redis://redis' }).redis?.keyPrefix).toBe(
      '{ai-mesh}:limits:',
    );
  });

  it.each(['http://u:secret-word@redis', 'secret-word', ''])(
    'refuses %j without repeating it',
    url => {
      expect(() => read({ url })).toThrow(/rateLimits\.redis\.url/);
      expect(() => read({ url })).not.toThrow(/secret-word/);
    },
  );
});
