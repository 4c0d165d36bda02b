import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call } from '../Call';
import { CallerGoneError, DeadlineError, GatewayError } from '../errors';
import { describeError, Logger } from '../Logger';
import { Stage } from '../pipeline';
import { answerHeaders } from '../http/respond';
import { StreamSource } from '../upstream/Answer';
import { TranslatedTap } from '../attempts/TranslatedTap';

const STREAM_HEADERS = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
  'x-accel-buffering',
  'no',
];

/** Stage 7. Brings the answer to the caller as it comes, up to its end, which waits for stages 8 and 9. */
export function createStreamStage(options: { logger: Logger }): Stage {
  return {
    name: 'stream',
    run(call) {
      const { answer } = call;
      invariant(answer !== undefined, 'a call without an answer');
      if (answer.kind === 'stream') {
        return copyStream(call, answer.source, options.logger);
      }
      if (answer.kind === 'recorded') {
        writeStreamHead(call);
        call.tail = answer.body;
      }
      return undefined;
    },
  };
}

function copyStream(
  call: Call,
  source: StreamSource,
  logger: Logger,
): Promise<void> {
  const { response, attempt, passage, fields } = call;
  invariant(attempt !== undefined && passage !== undefined, 'nothing was sent');
  invariant(fields !== undefined, 'a call without a body');
  const { protocol, translation } = passage;
  const tap = translation
    ? new TranslatedTap(
        protocol.createTap({ ...fields, includeUsage: true }),
        translation.createStream(fields),
      )
    : protocol.createTap(fields);
  writeStreamHead(call);
  return new Promise(resolve => {
    const finish = (end: 'answered' | 'cut') => {
      const usage = end === 'answered' ? tap.usage : tap.usageSoFar;
      attempt.outcome = { end, usage, pieceCount: tap.pieceCount };
      attempt.end();
      resolve();
    };
    const fail = (error: Error) => {
      call.failure = error;
      if (!(error instanceof CallerGoneError)) {
        logger.warn(`A provider broke off a stream: ${describeError(error)}`, {
          requestId: call.id,
          provider: attempt.target.provider,
        });
        const isTimeout = error instanceof DeadlineError;
        attempt.state?.failed(isTimeout ? 'timeout' : 'error', undefined);
        call.failure = new GatewayError(
          isTimeout ? 'upstream_timeout' : 'upstream_error',
        );
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
        call.caching?.recording?.add(passed);
        if (call.callerGone || response.write(passed)) return;
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
    // a caller who hangs up while he holds up the answer holds up nothing any more: the rest is only counted
    response.once('close', () => {
      if (call.callerGone) source.resume();
    });
    // what was in the first bytes may all be held back: the caller learns that the answer begins
    response.flushHeaders();
  });
}

function writeStreamHead(call: Call): void {
  call.response.writeHead(200, [...STREAM_HEADERS, ...answerHeaders(call)]);
}
