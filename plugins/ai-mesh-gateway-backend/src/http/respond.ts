import { ServerResponse } from 'node:http';
import {
  formatUsdExact,
  invariant,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { protocolOf } from '../attempts/protocolOf';
import { Call } from '../Call';
import { CallerGoneError, GatewayError, toGatewayError } from '../errors';
import { matchPath, RouteMatch } from '../routes';
import { WholeAnswer } from '../upstream/Answer';

/** Up to here, head and body go out as one string: one write instead of two gathered ones. */
const ONE_WRITE_BYTES = 16 * 1024;
const JSON_TYPE = 'application/json; charset=utf-8';

/** Writes what is left of the answer, or the error. All usage is on record by now. */
export function finishResponse(call: Call): void {
  const { response, failure } = call;
  if (failure instanceof CallerGoneError || response.destroyed) {
    response.destroy();
  } else if (failure === undefined) {
    writeAnswer(call);
  } else if (response.headersSent) {
    // no end marker: a client must not take half an answer for a whole one
    response.end(protocolOf(call).streamError(toGatewayError(failure)));
  } else {
    writeError(response, {
      requestId: call.id,
      error: toGatewayError(failure),
      headers: answerHeaders(call),
    });
  }
}

/** Answers with an error, in the form that clients of the path understand: OpenAI's where there is no such path. */
export function writeError(
  response: ServerResponse,
  options: {
    requestId: string;
    error: GatewayError;
    /** Besides the error's own. */
    headers?: readonly string[];
  },
): void {
  const { requestId, error } = options;
  const match = matchPath(response.req.url ?? '');
  const body = match
    ? protocolOf({ match }).errorBody(error)
    : JSON.stringify(error);
  response.writeHead(error.status, [
    'content-type',
    JSON_TYPE,
    'content-length',
    String(Buffer.byteLength(body)),
    ...(options.headers ?? idHeaders(requestId, match)),
    ...error.headers,
  ]);
  response.end(body);
}

/** The request's id, under the name where OpenAI's clients look for it, and Anthropic's. */
function idHeaders(requestId: string, match: RouteMatch | undefined): string[] {
  const headers = ['x-request-id', requestId];
  if (match?.route.name === 'message') headers.push('request-id', requestId);
  return headers;
}

/** What every answer says of its call, as name, value: which model served it and why, what limits are left. */
export function answerHeaders(call: Call): string[] {
  const { attempt, model, grant } = call;
  const headers = idHeaders(call.id, call.match);
  if (call.budgetMeasures !== undefined) {
    headers.push('x-ai-mesh-budget-measure', call.budgetMeasures);
  }
  if (!attempt) return headers;
  headers.push('x-ai-mesh-model', attempt.model.name);
  if (attempt.because !== 'requested' && model) {
    headers.push('x-ai-mesh-requested-model', model.name);
    headers.push('x-ai-mesh-served-because', reasonOf(call));
  }
  if (call.attempts.length > 1) {
    headers.push('x-ai-mesh-attempts', String(call.attempts.length));
  }
  const age = call.caching?.hit?.ageSeconds;
  if (age !== undefined) headers.push('age', String(age));
  if (grant) headers.push(...grant.headers);
  return headers;
}

function reasonOf({ attempt, fallbackCause }: Call): string {
  const because = attempt?.because ?? 'requested';
  return because === 'fallback' && fallbackCause !== undefined
    ? `fallback: ${fallbackCause}`
    : because;
}

function writeAnswer(call: Call): void {
  const { answer, response } = call;
  invariant(answer !== undefined, 'a call without an answer');
  if (answer.kind === 'whole') writeWhole(call, answer);
  else response.end(call.tail);
}

function writeWhole(call: Call, answer: WholeAnswer): void {
  const { body } = answer;
  const headers = answerHeaders(call);
  headers.push('content-type', answer.contentType);
  headers.push('content-length', String(body.length));
  const costPicoUsd = costOf(call);
  if (costPicoUsd !== undefined) {
    headers.push('x-ai-mesh-cost-usd', formatUsdExact(costPicoUsd));
  }
  call.response.writeHead(answer.status, headers);
  if (body.length > ONE_WRITE_BYTES) call.response.end(body);
  else call.response.end(answer.latin1 ?? body.toString('latin1'), 'latin1'); // byte by byte, so nothing is changed
}

/** Of all attempts together; undefined when none was booked. */
function costOf({ attempts }: Call): PicoUsd | undefined {
  let cost: PicoUsd | undefined;
  for (const { costPicoUsd } of attempts) {
    if (costPicoUsd === undefined) continue;
    cost = cost === undefined ? costPicoUsd : picoUsd(cost + costPicoUsd);
  }
  return cost;
}
