import type { AccessToken, TokenCredential } from '@azure/identity';
import { EntraTokens, EntraTokensOptions } from './EntraTokens';

const MINUTE = 60_000;
const SECRET = 'client-secret-canary';

/** Entra ID, as a test has it answer. Each token lives an hour. */
class StubCredential implements TokenCredential {
  readonly scopes: (string | string[])[] = [];
  answer: () => Promise<AccessToken | null> = async () => ({
    token: `token-${this.scopes.length}`,
    expiresOnTimestamp: Date.now() + 60 * MINUTE,
  });

  async getToken(scopes: string | string[]) {
    this.scopes.push(scopes);
    return this.answer();
  }

  get count(): number {
    return this.scopes.length;
  }
}

describe('the access token of a provider', () => {
  let credential: StubCredential;
  let warnings: string[];
  let tokens: EntraTokens;

  // the clock and the timers stand still until a test moves them
  beforeEach(() => jest.useFakeTimers({ now: 1_000_000 }));

  afterEach(() => {
    tokens.close();
    jest.useRealTimers();
  });

  function open(options: Partial<EntraTokensOptions> = {}) {
    credential = new StubCredential();
    warnings = [];
    tokens = new EntraTokens({
      createCredential: async () => credential,
      clock: () => Date.now(),
      logger: { warn: message => warnings.push(message) },
      ...options,
    });
    return tokens;
  }

  it('is fetched once, however many wait for the first, and is then at hand', async () => {
    open();
    const waiting = Array.from({ length: 50 }, () => tokens.headers());
    for (const each of waiting) expect(each).toBeInstanceOf(Promise);
    for (const headers of await Promise.all(waiting)) {
      expect(headers).toEqual(['authorization', 'Bearer token-1']);
    }
    expect(tokens.headers()).toEqual(['authorization', 'Bearer token-1']);
    expect(credential.scopes).toEqual([
      'https://cognitiveservices.azure.com/.default',
    ]);
  });

  it('is renewed ahead of its end, so that no later call waits', async () => {
    await open().headers();
    for (let minute = 1; minute <= 300; minute += 1) {
      await jest.advanceTimersByTimeAsync(MINUTE);
      expect(tokens.headers()).not.toBeInstanceOf(Promise);
    }
    // one at the start, then one every 56 to 57 minutes
    expect(credential.count).toBe(6);
    expect(tokens.headers()).toEqual(['authorization', 'Bearer token-6']);
  });

  it('is used while a renewal fails, and renewed as soon as that works again', async () => {
    await open().headers();
    const { answer } = credential;
    credential.answer = async () => {
      throw new Error(`AADSTS7000215: Invalid client secret ${SECRET}`);
    };
    await jest.advanceTimersByTimeAsync(58 * MINUTE);
    expect(tokens.headers()).toEqual(['authorization', 'Bearer token-1']);
    expect(warnings.length).toBeGreaterThan(1);
    expect(warnings.join()).toContain('AADSTS7000215');
    expect(warnings.join()).not.toContain(SECRET);
    credential.answer = answer;
    await jest.advanceTimersByTimeAsync(MINUTE / 2);
    expect(tokens.headers()).toEqual([
      'authorization',
      `Bearer token-${credential.count}`,
    ]);
  });

  it('is not used after its end', async () => {
    await open().headers();
    credential.answer = async () => null;
    await jest.advanceTimersByTimeAsync(60 * MINUTE);
    await expect(tokens.headers()).rejects.toThrow('NoTokenError');
  });

  it('that does not live long is renewed at half its life', async () => {
    open();
    credential.answer = async () => ({
      token: `token-${credential.count}`,
      expiresOnTimestamp: Date.now() + 3 * MINUTE,
    });
    await tokens.headers();
    await jest.advanceTimersByTimeAsync(1.5 * MINUTE);
    expect(tokens.headers()).toEqual(['authorization', 'Bearer token-2']);
  });

  it('that cannot be had fails with the kind of failure and nothing more, and is soon tried again', async () => {
    open();
    const { answer } = credential;
    credential.answer = async () => {
      throw Object.assign(
        new Error(`AADSTS7000215: Invalid client secret ${SECRET} for app x`),
        { name: 'AuthenticationError' },
      );
    };
    const expected = expect.objectContaining({
      name: 'EntraTokenError',
      message:
        'Cannot get an access token from Entra ID: AuthenticationError AADSTS7000215',
    });
    await expect(tokens.headers()).rejects.toEqual(expected);
    credential.answer = answer;
    await expect(tokens.headers()).rejects.toEqual(expected); // no storm
    expect(credential.count).toBe(1);
    await jest.advanceTimersByTimeAsync(2_000);
    await expect(tokens.headers()).resolves.toEqual([
      'authorization',
      'Bearer token-2',
    ]);
  });

  it('does not hold back later calls when a request hangs', async () => {
    open({ timeoutMs: 5_000 });
    const { answer } = credential;
    credential.answer = () => new Promise(() => {});
    await Promise.all([
      expect(tokens.headers()).rejects.toThrow('TimeoutError'),
      jest.advanceTimersByTimeAsync(5_000),
    ]);
    credential.answer = answer;
    await jest.advanceTimersByTimeAsync(2_000);
    await expect(tokens.headers()).resolves.toEqual([
      'authorization',
      'Bearer token-2',
    ]);
  });

  it('tells when no credential can be made', async () => {
    open({
      createCredential: async () => {
        throw new TypeError(SECRET);
      },
    });
    await expect(tokens.headers()).rejects.toThrow(
      /^Cannot get an access token from Entra ID: TypeError$/,
    );
  });

  it('is not renewed once its provider is closed', async () => {
    await open().headers();
    tokens.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
