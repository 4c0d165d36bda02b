import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import {
  picoUsd,
  ServedBecause,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { testSnapshot } from '../__testUtils__/startTestGateway';
import { Attempt, Outcome } from '../Attempt';
import { Call } from '../Call';
import { CallerGoneError, GatewayError } from '../errors';
import { UsageLine } from '../prices/usageLines';
import { matchRoute } from '../routes';
import { compileSnapshot } from '../snapshot/CompiledSnapshot';
import { measureCall } from './measureCall';

const snapshot = compileSnapshot(testSnapshot(generateKey()));
const options = {
  nowMs: 1500,
  providerNames: new Map([['simulator', 'openai']]),
};

function newCall(): Call {
  const request = new IncomingMessage(new Socket());
  return new Call({
    id: 'request-1',
    match: matchRoute('POST', '/v1/chat/completions'),
    request,
    response: new ServerResponse(request),
    startedAtMs: 1000,
    latestAtMs: 60_000,
  });
}

function addAttempt(
  call: Call,
  facts: {
    model: string;
    because: ServedBecause;
    end: Outcome['end'];
    lines: UsageLine[];
    /** Of the input, of the output. */
    tokens?: [number, number];
  },
): void {
  const model = snapshot.models.get(facts.model);
  const target = model?.targets[0];
  if (!model || !target) throw new Error(`No model ${facts.model}`);
  const number = call.attempts.length + 1;
  const attempt = new Attempt({
    number,
    model,
    target,
    because: facts.because,
  });
  attempt.dispatched = true;
  attempt.outcome = { end: facts.end, usage: undefined, pieceCount: 0 };
  const [inputTokens, outputTokens] = facts.tokens ?? [0, 0];
  attempt.usage = {
    lines: facts.lines,
    estimated: false,
    serviceTier: 'standard',
    oddities: [],
    inputTokens,
    outputTokens,
  };
  attempt.costPicoUsd = picoUsd(
    facts.lines.reduce((sum, each) => sum + each.costPicoUsd, 0n),
  );
  call.attempts.push(attempt);
}

function line(tokenClass: UsageLine['tokenClass'], tokens: bigint): UsageLine {
  const priceVersionId = 'price';
  const costPicoUsd = picoUsd(tokens * 10n);
  return { tokenClass, tokens, priceVersionId, costPicoUsd };
}

it('adds up the attempts of a call for the model that served it', () => {
  const call = newCall();
  call.model = snapshot.models.get('gpt-4o');
  addAttempt(call, {
    model: 'gpt-4o',
    because: 'requested',
    end: 'cut',
    lines: [line('input', 5n)],
    tokens: [5, 0],
  });
  addAttempt(call, {
    model: 'mini',
    because: 'fallback',
    end: 'answered',
    lines: [line('cached-input', 3n), line('output', 7n), line('image', 2n)],
    tokens: [3, 7],
  });
  expect(measureCall(call, options)).toEqual({
    route: 'chat',
    requestedModel: 'gpt-4o',
    servedModel: 'mini',
    provider: 'openai',
    departmentRef: '',
    errorCode: undefined,
    durationMs: 500,
    firstByteMs: undefined,
    inputTokens: 8,
    outputTokens: 7,
    costPicoUsd: 170n,
    servedBecause: 'fallback',
  });
});

it('has a name for every way to fail, and no model where none served', () => {
  const refused = newCall();
  refused.failure = new GatewayError('insufficient_quota');
  expect(measureCall(refused, options)).toMatchObject({
    servedModel: '',
    provider: '',
    errorCode: 'insufficient_quota',
  });

  const gone = newCall();
  gone.failure = new CallerGoneError();
  gone.callerGone = true;
  expect(measureCall(gone, options).errorCode).toBe('caller_gone');

  const passedOn = newCall();
  passedOn.response.statusCode = 400;
  addAttempt(passedOn, {
    model: 'mini',
    because: 'requested',
    end: 'refused',
    lines: [],
  });
  expect(measureCall(passedOn, options)).toMatchObject({
    servedModel: '',
    provider: 'openai',
    errorCode: '400',
  });
});
