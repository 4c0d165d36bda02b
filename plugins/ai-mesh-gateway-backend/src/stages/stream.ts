import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call } from '../Call';
import { CallerGoneError, GatewayError } from '../errors';
import { describeError, Logger } from '../Logger';
import { Stage } from '../pipeline';
import { Answer, StreamSource } from '../upstream/Answer';
import { EventTap } from '../upstream/EventTap';
import { readUsage } from '../upstream/reportedUsage';

type WholeAnswer = Extract<Answer, { kind: 'whole' }>;

/** Stage 7. Brings the answer to the caller as it comes, up to its end, which waits for stages 8 and 9. */
export function createStreamStage(options: { logger: Logger }): Stage {
  const { logger } = options;
  return {
    name: 'stream',
    run(call) {
      const { answer } = call;
      invariant(answer !== undefined, 'a call without an answer');
      switch (answer.kind) {
        case 'own':
          return undefined;
        case 'whole':
          return readWhole(call, answer, logger);
        default:
          return copyStream(call, answer.source, logger);
      }
    },
  };
}

function readWhole(call: Call, answer: WholeAnswer, logger: Logger): void {
  if (answer.status !== 200) {
    call.outcome = { end: 'refused', usage: undefined, pieceCount: 0 };
    throwRefusal(call, answer, logger);
    return;
  }
  const body = parseJson(answer);
  call.outcome = {
    end: 'answered',
    usage: readUsage(body?.usage),
    pieceCount: 0,
  };
  if (!body) {
    warn(call, logger, 'answered with something that is no JSON');
    throw new GatewayError('upstream_error');
  }
}

/** A refusal that is about the request goes to the caller as it came; one that is about us does not. */
function throwRefusal(call: Call, answer: WholeAnswer, logger: Logger): void {
  const { status } = answer;
  if (status === 429) {
    throw new GatewayError('rate_limit_exceeded', {
      headers:
        answer.retryAfter === undefined
          ? []
          : ['retry-after', answer.retryAfter],
    });
  }
  const isAboutRequest =
    status >= 400 && status < 500 && status !== 401 && status !== 403;
  if (isAboutRequest && parseJson(answer)?.error) return;
  warn(call, logger, `answered with status ${status}`);
  throw new GatewayError(
    status === 504 || status === 408 ? 'upstream_timeout' : 'upstream_error',
  );
}

function copyStream(
  call: Call,
  source: StreamSource,
  logger: Logger,
): Promise<void> {
  const { response } = call;
  const tap = new EventTap({ stripUsage: !call.fields?.includeUsage });
  writeStreamHead(call);
  let hasWritten = false;
  return new Promise(resolve => {
    const finish = (end: 'answered' | 'cut') => {
      call.outcome = { end, usage: tap.usage, pieceCount: tap.pieceCount };
      resolve();
    };
    const fail = (error: Error) => {
      if (!(error instanceof CallerGoneError)) {
        warn(call, logger, `broke off a stream: ${describeError(error)}`);
        call.failure = new GatewayError('upstream_error');
      } else {
        call.failure = error;
      }
      finish('cut');
    };
    source.pipe({
      data(chunk) {
        let passed: Buffer;
        try {
          passed = tap.push(chunk);
        } catch (error) {
          call.abort(error instanceof Error ? error : new Error('bad stream'));
          return;
        }
        if (passed.length === 0) return;
        hasWritten = true;
        if (response.write(passed)) return;
        source.pause();
        response.once('drain', () => source.resume());
      },
      ended() {
        if (!tap.isDone) {
          fail(new Error('it ended before its last event'));
          return;
        }
        call.tail = tap.tail;
        finish('answered');
      },
      failed: fail,
    });
    // the caller learns at once that the answer begins, though not by a packet of its own if there is more
    if (!hasWritten) response.flushHeaders();
  });
}

function writeStreamHead({ id, model, response }: Call): void {
  response.writeHead(200, [
    'content-type',
    'text/event-stream; charset=utf-8',
    'cache-control',
    'no-cache',
    'x-accel-buffering',
    'no',
    'x-request-id',
    id,
    'x-ai-mesh-model',
    model?.name ?? '',
  ]);
}

/** Only to be looked into: texts beyond ASCII come out byte by byte, which is cheaper, and needed to pass them on. */
function parseJson(answer: WholeAnswer): Record<string, unknown> | undefined {
  answer.latin1 = answer.body.toString('latin1');
  try {
    const value: unknown = JSON.parse(answer.latin1);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function warn(call: Call, logger: Logger, what: string): void {
  logger.warn(`A provider ${what}`, {
    requestId: call.id,
    provider: call.target?.provider ?? '',
  });
}
