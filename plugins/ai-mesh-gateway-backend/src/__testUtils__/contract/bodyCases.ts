import { gzipSync } from 'node:zlib';
import { chunked } from '../rawHttp';
import { Case, hasBody, isForm, isJson } from './Case';
import { PROMPT_CANARY, RouteRequest } from './RouteRequest';
import { BODY_LIMIT_BYTES } from './startContractGateway';

/** A body that a route takes, with more at its end. */
const plus = (member: string) => (route: RouteRequest) =>
  `${route.json().slice(0, -1)},${member}}`;
const NESTED = `${'['.repeat(64)}${']'.repeat(64)}`;
const NESTED_OBJECTS = `${'{"a":'.repeat(64)}1${'}'.repeat(64)}`;

const JSON_BODIES: Record<string, (route: RouteRequest) => string | Buffer> = {
  nothing: () => '',
  'half of an object': route => route.json().slice(0, -1),
  'an array': () => `["${PROMPT_CANARY}"]`,
  'a text': () => `"${PROMPT_CANARY}"`,
  null: () => 'null',
  'more than an object': route => `${route.json()}{}`,
  'invalid UTF-8': route =>
    Buffer.concat([
      Buffer.from(route.json().slice(0, -1)),
      Buffer.from(',"user":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]),
  'UTF-16': route => Buffer.from(route.json(), 'utf16le'),
  'a member twice': plus('"user":1,"user":2'),
  'the model twice, once escaped': plus('"\\u006dodel":"mini"'),
  'a member twice further down': plus('"metadata":[{"a":{"b":1,"\\u0062":2}}]'),
  'a long name twice': plus(
    `"${PROMPT_CANARY.repeat(3)}":1,"${PROMPT_CANARY.repeat(3)}":2`,
  ),
  'a member __proto__': plus('"__proto__":{"model":"gpt-4o"}'),
  'a member __proto__ further down': plus('"metadata":{"\\u005f_proto__":1}'),
  '65 levels of arrays': plus(`"metadata":${NESTED}`),
  '65 levels of objects': plus(`"metadata":${NESTED_OBJECTS}`),
};

export const BODY_CASES: Case[] = [
  ...Object.entries(JSON_BODIES).map(
    ([what, body]): Case => ({
      what: `a body of ${what}`,
      on: isJson,
      request: route => route.request({ body: body(route) }),
      code: 'invalid_json',
    }),
  ),
  ...Object.entries<(route: RouteRequest) => Buffer>({
    nothing: () => Buffer.alloc(0),
    'no form': () => Buffer.from(`{"prompt":"${PROMPT_CANARY}"}`),
    'half of a form': route => route.form().subarray(0, -10),
    'more than a form': route => Buffer.concat([route.form(), route.form()]),
  }).map(
    ([what, body]): Case => ({
      what: `a body of ${what}`,
      on: isForm,
      request: route => route.request({ body: body(route) }),
      code: 'invalid_value',
    }),
  ),
  {
    what: 'a form without a boundary',
    on: isForm,
    request: route => route.request({ contentType: 'multipart/form-data' }),
    code: 'invalid_value',
  },
  ...[
    null,
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json-patch+json',
    'application/jsonl',
    'multipart/mixed; boundary=boundary-of-the-test',
  ].map(
    (contentType): Case => ({
      what: `the content type ${contentType}`,
      on: hasBody,
      request: route => route.request({ contentType }),
      code: 'unsupported_media_type',
    }),
  ),
  {
    what: 'the content type of the other kind of body',
    on: hasBody,
    request: route =>
      route.request({
        contentType: isJson(route)
          ? 'multipart/form-data; boundary=boundary-of-the-test'
          : 'application/json',
      }),
    code: 'unsupported_media_type',
  },
  ...['gzip', 'identity, gzip', 'br'].map(
    (encoding): Case => ({
      what: `a body compressed as ${encoding}`,
      on: hasBody,
      request: route => {
        const body = gzipSync(route.request().body);
        return route.request({
          body,
          headers: [
            ['content-encoding', encoding],
            ['content-length', `${body.length}`],
          ],
        });
      },
      code: 'unsupported_media_type',
    }),
  ),
  {
    what: 'a body that is too large, and says so',
    on: hasBody,
    request: route => route.request({ body: route.bytes(BODY_LIMIT_BYTES) }),
    code: 'request_too_large',
  },
  {
    what: 'a body that is too large, and does not say so',
    on: hasBody,
    request: route =>
      route.request({
        body: chunked(route.bytes(BODY_LIMIT_BYTES)),
        headers: [['transfer-encoding', 'chunked']],
      }),
    code: 'request_too_large',
  },
  {
    what: 'a body of a terabyte, of which it sends nothing',
    on: hasBody,
    request: route =>
      route.request({
        body: Buffer.alloc(0),
        headers: [['content-length', '1000000000000']],
      }),
    code: 'request_too_large',
  },
];
