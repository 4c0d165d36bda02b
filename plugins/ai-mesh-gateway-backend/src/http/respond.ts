import { ServerResponse } from 'node:http';
import {
  formatUsdExact,
  invariant,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call } from '../Call';
import { CallerGoneError, GatewayError, toGatewayError } from '../errors';
import { Answer } from '../upstream/Answer';

/** Up to here, head and body go out as one string: one write instead of two gathered ones. */
const ONE_WRITE_BYTES = 16 * 1024;
const JSON_TYPE = 'application/json; charset=utf-8';

type WholeAnswer = Extract<Answer, { kind: 'whole' }>;

/** Writes what is left of the answer, or the error. All usage is on record by now. */
export function finishResponse(call: Call): void {
  const { response, failure } = call;
  if (failure instanceof CallerGoneError || response.destroyed) {
    response.destroy();
  } else if (failure === undefined) {
    writeAnswer(call);
  } else if (response.headersSent) {
    // no [DONE]: a client must not take half an answer for a whole one
    response.end(`data: ${JSON.stringify(toGatewayError(failure))}\n\n`);
  } else {
    writeError(response, call.id, toGatewayError(failure));
  }
}

/** Answers with an error, in the form that OpenAI clients understand. */
export function writeError(
  response: ServerResponse,
  requestId: string,
  error: GatewayError,
): void {
  const body = JSON.stringify(error);
  response.writeHead(error.status, [
    'content-type',
    JSON_TYPE,
    'content-length',
    String(Buffer.byteLength(body)),
    'x-request-id',
    requestId,
    ...error.headers,
  ]);
  response.end(body);
}

function writeAnswer(call: Call): void {
  const { answer, response } = call;
  invariant(answer !== undefined, 'a call without an answer');
  switch (answer.kind) {
    case 'stream':
      response.end(call.tail);
      break;
    case 'own':
      writeWhole(call, { ...answer, status: 200, contentType: JSON_TYPE });
      break;
    default:
      writeWhole(call, answer);
  }
}

function writeWhole(
  call: Call,
  answer: Pick<WholeAnswer, 'status' | 'contentType' | 'body' | 'latin1'>,
): void {
  const { body } = answer;
  const headers = [
    'content-type',
    answer.contentType,
    'content-length',
    String(body.length),
    'x-request-id',
    call.id,
  ];
  if (call.model) headers.push('x-ai-mesh-model', call.model.name);
  if (call.costPicoUsd !== undefined) {
    headers.push('x-ai-mesh-cost-usd', formatUsdExact(call.costPicoUsd));
  }
  call.response.writeHead(answer.status, headers);
  if (body.length > ONE_WRITE_BYTES) call.response.end(body);
  else call.response.end(answer.latin1 ?? body.toString('latin1'), 'latin1'); // byte by byte, so nothing is changed
}
