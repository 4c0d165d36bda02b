import { isUtf8 } from 'node:buffer';
import { Call } from '../Call';
import { GatewayError } from '../errors';
import { scanJson } from '../http/scanJson';
import { readBody } from '../http/readBody';
import { Stage } from '../pipeline';
import { protocolOf } from '../attempts/protocolOf';
import { boundaryOf, formFields, parseMultipart } from '../protocols';

/** Deeper nesting than any request needs, and shallow enough for every parser behind the gateway. */
const MAX_DEPTH = 64;

const PROBLEMS = {
  'too-deep': `The body is nested deeper than ${MAX_DEPTH} levels.`,
  duplicate: 'The body names a member twice in one object.',
  'forbidden-name': 'The body has a member "__proto__".',
};

/** Stage 2. Reads the request, within limits, and checks the fields that the gateway works with. */
export function createReceiveStage(options: { bodyBytes: number }): Stage {
  return {
    name: 'receive',
    run(call) {
      if (call.match.route.method === 'GET') return undefined;
      const { encoding } = protocolOf(call);
      checkContentHeaders(call, encoding);
      const accept = encoding === 'json' ? acceptJson : acceptForm;
      return readBody(call, {
        maxBytes: options.bodyBytes,
        accept: body => accept(call, body),
      });
    },
  };
}

function checkContentHeaders(
  { request }: Call,
  encoding: 'json' | 'multipart',
): void {
  const type = request.headers['content-type'] ?? '';
  const isRight =
    encoding === 'json'
      ? type === 'application/json' ||
        /^application\/json[ \t]*(;|$)/i.test(type)
      : /^multipart\/form-data[ \t]*(;|$)/i.test(type);
  const packing = request.headers['content-encoding'];
  if (!isRight || (packing !== undefined && packing !== 'identity')) {
    throw new GatewayError('unsupported_media_type', {
      message:
        encoding === 'json'
          ? undefined
          : 'The body must be sent as multipart/form-data, without compression.',
    });
  }
}

function acceptJson(call: Call, body: Buffer): void {
  const json = parseObject(body);
  const scan = scanJson(body, MAX_DEPTH);
  if (scan.problem !== undefined) {
    const where = scan.at === '' ? '' : ` It is at "${scan.at}".`;
    throw new GatewayError('invalid_json', {
      message: `${PROBLEMS[scan.problem]}${where}`,
    });
  }
  call.fields = protocolOf(call).parseFields(withModelOfPath(call, json));
  call.json = json;
  call.members = scan.members;
  call.body = body;
}

function acceptForm(call: Call, body: Buffer): void {
  const boundary = boundaryOf(call.request.headers['content-type'] ?? '');
  const form = parseMultipart(body, boundary);
  const fields = withModelOfPath(call, formFields(body, form));
  call.fields = protocolOf(call).parseFields(fields);
  call.form = form;
  call.body = body;
}

/** In Azure OpenAI's older form the deployment in the path decides, whatever the body says. */
function withModelOfPath(
  { match }: Call,
  body: Record<string, unknown>,
): Record<string, unknown> {
  return match.model === undefined ? body : { ...body, model: match.model };
}

function parseObject(body: Buffer): Record<string, unknown> {
  if (!isUtf8(body)) {
    throw new GatewayError('invalid_json', {
      message: 'The body is not valid UTF-8.',
    });
  }
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
