import { refuseHost } from './addressPolicy';

/**
 * What is wrong with the base address of a provider.
 *
 * @returns what was expected, to stand behind "Cannot use …: "; undefined when nothing is wrong
 */
export function baseUrlProblem(
  baseUrl: string,
  allowPrivateAddress: boolean,
): string | undefined {
  const url = URL.parse(baseUrl);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    // not repeated where it may hold a password
    const current = baseUrl.includes('@')
      ? ''
      : `, current value is "${baseUrl}"`;
    return `expected an address such as https://api.openai.com/v1${current}`;
  }
  if (url.username || url.password || url.search || url.hash) {
    return 'expected an address without a user, a query and a fragment; a key belongs into apiKey';
  }
  const refusal = refuseHost(url.hostname, allowPrivateAddress);
  if (!refusal) return undefined;
  return refusal === 'a private address'
    ? `expected a public address, but "${url.host}" is ${refusal}; set allowPrivateAddress: true beside it if it is meant`
    : `expected the address of a provider, but "${url.host}" is ${refusal}`;
}
