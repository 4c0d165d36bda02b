import { BODY_CASES } from './__testUtils__/contract/bodyCases';
import {
  KEY_CASES,
  LIMIT_CASES,
  MODEL_CASES,
} from './__testUtils__/contract/callerCases';
import { bearer, Case } from './__testUtils__/contract/Case';
import { FIELD_CASES } from './__testUtils__/contract/fieldCases';
import { HTTP_CASES } from './__testUtils__/contract/httpCases';
import {
  PROMPT_CANARY,
  ROUTE_REQUESTS,
  RouteRequest,
} from './__testUtils__/contract/RouteRequest';
import {
  ContractGateway,
  startContractGateway,
} from './__testUtils__/contract/startContractGateway';
import { exchange, RawAnswer, writeRequest } from './__testUtils__/rawHttp';
import { ERRORS } from './errors';

const CASES: Case[] = [
  ...KEY_CASES,
  ...MODEL_CASES,
  ...BODY_CASES,
  ...HTTP_CASES,
  ...FIELD_CASES,
  ...LIMIT_CASES,
];

type Expected = Pick<Case, 'code' | 'param' | 'type' | 'headers' | 'isUnread'>;

/** By the status, as Anthropic documents them. */
const ANTHROPIC_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  413: 'request_too_large',
  415: 'invalid_request_error',
  429: 'rate_limit_error',
};

let gateway: ContractGateway;

beforeAll(async () => {
  gateway = await startContractGateway();
  for (const route of ROUTE_REQUESTS) {
    route.authorization = bearer(gateway.keys.valid);
  }
});

afterAll(() => gateway.close());

function send(request: ReturnType<Case['request']>): Promise<RawAnswer> {
  const bytes = Buffer.isBuffer(request) ? request : writeRequest(request);
  return exchange(gateway.port, bytes);
}

describe.each(ROUTE_REQUESTS)('$method $template', route => {
  it.each(['authorization', 'api-key', 'x-api-key'])(
    'serves what is right, with the key as %s',
    async name => {
      gateway.simulator.reset();
      const { secret } = gateway.keys.valid;
      const plain = route.request({ authorization: '' });
      const value = name === 'authorization' ? `bearer ${secret}` : secret;
      const answer = await send({
        ...plain,
        headers: [...plain.headers, [name, value]],
      });
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
      expect(gateway.simulator.received()).toHaveLength(
        route.method === 'POST' ? 1 : 0,
      );
    },
  );

  it.each(CASES.filter(({ on }) => !on || on(route)))(
    'refuses $what: $code',
    async ({ request, before, ...expected }) => {
      gateway.simulator.reset();
      await before?.(gateway);
      gateway.mesh.logger.lines.length = 0;
      const answer = await send(request(route, gateway.keys));
      expectRefusal(answer, route, expected);
      expect(gateway.simulator.received()).toEqual([]);
      expectSecrecy(answer.text);
      expectSecrecy(gateway.mesh.logger.lines.join('\n'));
    },
  );
});

it.each([
  '/',
  '/v1',
  '/v1/',
  '/v1/models/',
  '/V1/models',
  '//v1/models',
  '/v1/./models',
  '/v1/models%2fmini',
  '/v1/chat/completions/',
  '/v1/messages/count_tokens',
  '/v1/files',
  '/openai/chat/completions',
  '/openai/deployments/mini',
  '/openai/deployments//chat/completions',
  '/openai/deployments/%ff/chat/completions',
  `/${PROMPT_CANARY}?key=model-canary`,
  'http://elsewhere/v1/models',
])('knows no path %s', async path => {
  gateway.simulator.reset();
  gateway.mesh.logger.lines.length = 0;
  for (const route of ROUTE_REQUESTS.slice(0, 2)) {
    const answer = await send({ ...route.request(), path });
    expectRefusal(answer, route, { code: 'unknown_url' });
    expectSecrecy(answer.text);
  }
  expect(gateway.simulator.received()).toEqual([]);
  expectSecrecy(gateway.mesh.logger.lines.join('\n'));
});

function expectRefusal(
  answer: RawAnswer,
  route: RouteRequest,
  expected: Expected,
): void {
  const { status } = ERRORS[expected.code];
  expect(answer).toMatchObject({ status });
  expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
  expect(answer.headers.get('content-type')).toBe(
    'application/json; charset=utf-8',
  );
  const body: unknown = JSON.parse(answer.body);
  expect(body).toEqual(bodyOf(route, expected));
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    const given = answer.headers.get(name);
    if (value instanceof RegExp) expect(given).toMatch(value);
    else expect(given).toBe(value);
  }
}

/** What the client of the route's protocol understands. */
function bodyOf(route: RouteRequest, expected: Expected): unknown {
  const { code, type = ERRORS[code].type, param } = expected;
  const message = expect.stringMatching(/\w.*\.$/);
  const openAi = { message, type, code, param: param ?? null };
  // nobody knows which route it was for: both protocols read this one
  if (expected.isUnread) return { type: 'error', error: openAi };
  if (route.name !== 'message') return { error: openAi };
  return {
    type: 'error',
    error: { message, code, type: ANTHROPIC_TYPES[ERRORS[code].status] },
  };
}

/** Neither answers nor log lines hold a key, ours or the provider's, or anything of a prompt. */
function expectSecrecy(text: string): void {
  for (const { secret } of Object.values(gateway.keys)) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(secret.slice(-20));
  }
  expect(text).not.toContain('malformed-key-canary');
  expect(text).not.toContain('upstream-secret-canary');
  expect(text).not.toContain('model-canary');
  expect(text).not.toContain(PROMPT_CANARY);
}
