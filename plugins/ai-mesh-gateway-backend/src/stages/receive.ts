import { isUtf8 } from 'node:buffer';
import { Call } from '../Call';
import { GatewayError } from '../errors';
import { jsonMembers } from '../http/jsonMembers';
import { readBody } from '../http/readBody';
import { parseFields } from '../http/parseFields';
import { Stage } from '../pipeline';

/** Deeper nesting than any request needs, and shallow enough for every parser behind the gateway. */
const MAX_DEPTH = 100;

/** Stage 1. Reads the request, within limits, and checks the fields that the gateway works with. */
export function createReceiveStage(options: { bodyBytes: number }): Stage {
  return {
    name: 'receive',
    run(call) {
      if (call.match.route.method === 'GET') return undefined;
      checkContentHeaders(call);
      return readBody(call.request, options.bodyBytes).then(body =>
        accept(call, body),
      );
    },
  };
}

function checkContentHeaders({ request }: Call): void {
  const type = request.headers['content-type'];
  const isJson = type !== undefined && /^application\/json\b/i.test(type);
  const encoding = request.headers['content-encoding'];
  if (!isJson || (encoding !== undefined && encoding !== 'identity')) {
    throw new GatewayError('unsupported_media_type');
  }
}

function accept(call: Call, body: Buffer): void {
  call.fields = parseFields(parseObject(body), call.match.route);
  const members = jsonMembers(body, MAX_DEPTH);
  if (!members) {
    throw new GatewayError('invalid_json', {
      message: `The body is nested deeper than ${MAX_DEPTH} levels.`,
    });
  }
  call.members = members;
  call.body = body;
}

function parseObject(body: Buffer): Record<string, unknown> {
  if (!isUtf8(body)) throw new GatewayError('invalid_json');
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw new GatewayError('invalid_json'); // the parser's own text quotes the body
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GatewayError('invalid_json', {
      message: 'The body must be a JSON object.',
    });
  }
  return value as Record<string, unknown>;
}
