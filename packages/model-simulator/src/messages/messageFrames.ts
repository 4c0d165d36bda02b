import { joinSegments, type Segment } from '../inference/joinSegments';
import { brokenEvent, namedEvent } from '../inference/namedEvent';
import type { StreamFrames } from '../inference/streamAnswer';
import type { Choice, TextAnswer } from '../text/TextAnswer';
import type { SendOptions } from '../text/TextFormat';
import { emptyMessage, endOf, messageUsage, toolUseId } from './messageBody';

const PING = namedEvent({ type: 'ping' });

/**
 * The events of a streamed message. Usage comes at the start, as far as it is known then, and at the end.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export function messageFrames(
  answer: TextAnswer,
  options: SendOptions,
): StreamFrames {
  const { withUsage } = options;
  const usage = messageUsage(answer);
  const [choice] = answer.choices;
  const [first, ...rest] = blocksOf(choice);
  const body = joinSegments([
    { ...first, opening: first.opening + PING },
    ...rest,
  ]);
  const message = {
    ...emptyMessage(answer, options),
    ...(withUsage && {
      usage: {
        ...usage,
        output_tokens: 1,
        output_tokens_details: null,
        server_tool_use: null,
      },
    }),
  };
  const end = {
    delta: endOf(choice),
    ...(withUsage && { usage: endUsage(usage) }),
  };
  return {
    opening: namedEvent({ type: 'message_start', message }) + body.opening,
    tokens: body.tokens,
    closing:
      body.closing +
      namedEvent({ type: 'message_delta', ...end }) +
      namedEvent({ type: 'message_stop' }),
    broken: brokenEvent('content_block_delta'),
  };
}

/** The last word on the tokens; how they were cached is told at the start alone. */
function endUsage({
  cache_creation: _,
  service_tier: __,
  ...usage
}: Record<string, unknown>) {
  return usage;
}

function blocksOf({ pieces, toolCalls }: Choice): Segment[] {
  if (toolCalls.length === 0) {
    const deltas = pieces.map(text => ({ type: 'text_delta', text }));
    return [block(0, { type: 'text', text: '' }, deltas)];
  }
  return toolCalls.map((call, index) =>
    block(
      index,
      { type: 'tool_use', id: toolUseId(call.id), name: call.name, input: {} },
      call.pieces.map(piece => ({
        type: 'input_json_delta',
        partial_json: piece,
      })),
    ),
  );
}

function block(
  index: number,
  start: Record<string, unknown>,
  deltas: readonly Record<string, unknown>[],
): Segment {
  return {
    opening: namedEvent({
      type: 'content_block_start',
      index,
      content_block: start,
    }),
    tokens: deltas.map(delta =>
      namedEvent({ type: 'content_block_delta', index, delta }),
    ),
    closing: namedEvent({ type: 'content_block_stop', index }),
  };
}
