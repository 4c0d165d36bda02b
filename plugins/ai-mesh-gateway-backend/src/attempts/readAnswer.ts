import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Attempt } from '../Attempt';
import { Call } from '../Call';
import { GatewayError } from '../errors';
import { Translation } from '../translations';
import { WholeAnswer } from '../upstream/Answer';
import { AttemptFailure } from './AttemptFailure';
import { Passage } from './passageOf';
import { protocolOf } from './protocolOf';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Statuses that are about our access, not the caller's request. */
const ABOUT_US = new Set([401, 403, 404, 408]);
/** The providers' words for a prompt that does not fit: OpenAI's code, vLLM's sentence, Anthropic's. */
const TOO_LONG =
  /context_length_exceeded|maximum context length|prompt is too long/i;
/** OpenAI's code, and Azure's inner one. */
const FILTERED = /content_filter|ResponsibleAIPolicyViolation/;

/**
 * Takes a whole answer in: as the call's answer, with its usage, or as the failure of the attempt.
 *
 * @returns undefined when it is the answer
 */
export function readAnswer(
  call: Call,
  attempt: Attempt,
  passage: Passage,
  answer: WholeAnswer,
): AttemptFailure | undefined {
  if (answer.status !== 200) {
    attempt.outcome = { end: 'refused', usage: undefined, pieceCount: 0 };
    const failure = readRefusal(call, passage, answer);
    // Azure may bill a prompt that its filter has read
    if (failure.cause === 'content-filter') attempt.outcome.end = 'filtered';
    return failure;
  }
  const { fields } = call;
  invariant(fields !== undefined, 'a call without a body');
  if (fields.expectsJson && answer.contentType.startsWith('text/html')) {
    // a proxy in between that asks for a password, or is sorry: no model was at work
    attempt.outcome = { end: 'refused', usage: undefined, pieceCount: 0 };
    return unusable('answered with a page for people');
  }
  const isJson = fields.expectsJson || answer.contentType.includes('json');
  const json = isJson ? parseJson(answer, passage) : {};
  attempt.outcome = {
    end: 'answered',
    usage: json && passage.protocol.readUsage(json, fields),
    pieceCount: 0,
  };
  if (!json) return unusable('answered with something that is no JSON');
  if (!passage.translation) {
    call.answer = answer;
    return undefined;
  }
  try {
    const text = passage.translation.answer(json, { model: fields.model });
    call.answer = translated(200, text);
    return undefined;
  } catch {
    return unusable('gave an answer that cannot be translated');
  }
}

/** A refusal that is about the request goes to the caller as it came; one that is about us does not. */
function readRefusal(
  call: Call,
  passage: Passage,
  answer: WholeAnswer,
): AttemptFailure {
  const { status, retryAfterMs } = answer;
  if (status === 429) {
    const headers = retryHeaders(retryAfterMs);
    const error = new GatewayError('rate_limit_exceeded', { headers });
    return { cause: 'rate-limit', error, retryAfterMs };
  }
  const body = isAboutRequest(status) ? parseJson(answer, passage) : undefined;
  if (body?.error) {
    return {
      cause: causeOf(answer.latin1 ?? ''),
      error: new GatewayError('upstream_error'),
      refusal: passage.translation
        ? translatedRefusal(call, passage.translation, status, body)
        : answer,
    };
  }
  const what = `answered with status ${status}`;
  if (status === 504 || status === 408) {
    const error = new GatewayError('upstream_timeout');
    return { cause: 'timeout', error, what };
  }
  return { ...unusable(what), retryAfterMs };
}

function isAboutRequest(status: number): boolean {
  return status >= 400 && status < 500 && !ABOUT_US.has(status);
}

function causeOf(body: string): AttemptFailure['cause'] {
  if (TOO_LONG.test(body)) return 'context-length';
  return FILTERED.test(body) ? 'content-filter' : undefined;
}

function unusable(what: string): AttemptFailure {
  return { cause: 'error', error: new GatewayError('upstream_error'), what };
}

function translatedRefusal(
  call: Call,
  translation: Translation,
  status: number,
  body: unknown,
): WholeAnswer {
  const error = new GatewayError('invalid_value', {
    message: translation.errorMessage(body),
  });
  return translated(status, protocolOf(call).errorBody(error));
}

function translated(status: number, text: string): WholeAnswer {
  const body = Buffer.from(text);
  return { kind: 'whole', status, contentType: JSON_TYPE, body };
}

function retryHeaders(retryAfterMs: number | undefined): string[] {
  if (retryAfterMs === undefined) return [];
  return [
    'retry-after',
    String(Math.max(1, Math.ceil(retryAfterMs / 1000))),
    'retry-after-ms',
    String(Math.ceil(retryAfterMs)),
  ];
}

/**
 * Where the answer passes as it came, it is only looked into: then texts beyond ASCII come out byte by byte, which is
 * cheaper, and needed to pass them on.
 */
function parseJson(
  answer: WholeAnswer,
  { translation }: Passage,
): Record<string, unknown> | undefined {
  answer.latin1 = answer.body.toString('latin1');
  const text = translation ? answer.body.toString() : answer.latin1;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
