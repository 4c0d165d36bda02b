import { exchange, writeRequest } from '../rawHttp';
import { bearer, Case, hasBody, hasModel, NEVER_AGAIN } from './Case';
import { ROUTE_REQUESTS } from './RouteRequest';
import { ContractGateway, ContractKeys } from './startContractGateway';

/** Who calls without a good key. */
export const KEY_CASES: Case[] = [
  ...Object.entries({
    'no key': () => '',
    'a key that is none': () => 'Bearer sk-mesh-malformed-key-canary',
    'an empty key': () => 'Bearer ',
    'another scheme': (keys: ContractKeys) => `Basic ${keys.valid.secret}`,
    'a wrong secret': (keys: ContractKeys) => bearer(keys.wrong),
    'a key that nobody issued': (keys: ContractKeys) => bearer(keys.unknown),
    'an expired key': (keys: ContractKeys) => bearer(keys.expired),
  }).map(
    ([what, authorization]): Case => ({
      what,
      request: (route, keys) =>
        route.request({ authorization: authorization(keys) }),
      code: 'invalid_api_key',
      headers: NEVER_AGAIN,
    }),
  ),
  ...['api-key', 'x-api-key'].map(
    (name): Case => ({
      what: `a wrong secret as ${name}`,
      request: (route, keys) => {
        const plain = route.request({ authorization: '' });
        const header = [name, keys.wrong.secret] as const;
        return { ...plain, headers: [...plain.headers, header] };
      },
      code: 'invalid_api_key',
    }),
  ),
];

/** Who calls for a model that is not for him. */
export const MODEL_CASES: Case[] = [
  {
    what: 'a model that the key may not use',
    on: hasModel,
    request: (route, keys) =>
      route.request({ authorization: bearer(keys.modelless) }),
    code: 'model_not_allowed',
    param: 'model',
  },
  {
    what: 'a model that does not exist',
    on: hasModel,
    request: route => route.request({ model: 'model-canary' }),
    code: 'model_not_found',
    param: 'model',
  },
  {
    what: 'a model of another kind',
    on: hasBody,
    request: route =>
      route.request({
        model: route.model === 'mini' ? 'dall-e-3' : 'mini',
      }),
    code: 'invalid_value',
    param: 'model',
  },
];

/** Who calls too much. */
export const LIMIT_CASES: Case[] = [
  {
    what: 'a budget that is used up',
    on: hasBody,
    request: (route, keys) =>
      route.request({ authorization: bearer(keys.poor) }),
    code: 'insufficient_quota',
    headers: NEVER_AGAIN,
  },
  {
    what: 'requests per minute that are used up',
    on: hasBody,
    before: useUpRequests,
    request: (route, keys) =>
      route.request({ authorization: bearer(keys.slow) }),
    code: 'rate_limit_exceeded',
    type: 'requests',
    headers: {
      'retry-after': /^([1-9]|[1-5]\d|60)$/,
      'retry-after-ms': /^[1-9]\d{0,4}$/,
      'x-ratelimit-limit-requests': '1',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': /^(1m0|\d+(\.\d+)?)s$/,
    },
  },
  {
    what: 'more tokens than a minute has',
    on: hasBody,
    request: (route, keys) =>
      route.request({ authorization: bearer(keys.terse) }),
    code: 'rate_limit_exceeded',
    type: 'tokens',
    headers: {
      ...NEVER_AGAIN,
      'x-ratelimit-limit-tokens': '1',
      'x-ratelimit-remaining-tokens': /^[01]$/,
    },
  },
];

/** With a model that is let in, but that nobody knows the price of, so that nothing is sent. */
async function useUpRequests({ port, keys }: ContractGateway) {
  const chat = ROUTE_REQUESTS.find(({ name }) => name === 'chat');
  const request = chat?.request({
    model: 'unpriced',
    authorization: bearer(keys.slow),
  });
  if (request) await exchange(port, writeRequest(request));
}
