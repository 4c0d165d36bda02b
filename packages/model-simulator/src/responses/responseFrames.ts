import { logprobBody } from '../chat/chatBody';
import { joinSegments, type Segment } from '../inference/joinSegments';
import { brokenEvent, namedEvent } from '../inference/namedEvent';
import type { StreamFrames } from '../inference/streamAnswer';
import type { TextAnswer } from '../text/TextAnswer';
import type { SendOptions } from '../text/TextFormat';
import {
  callItem,
  callStatus,
  hiddenItems,
  messageItem,
  outputItems,
  responseBody,
  statusOf,
  textPart,
} from './responseBody';

/** Writes one event, with the next sequence number. */
type WriteEvent = (type: string, fields: Record<string, unknown>) => string;

/**
 * The events of a streamed response, numbered in the order in which they are sent.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function responseFrames(
  answer: TextAnswer,
  options: SendOptions,
): StreamFrames {
  let sequence = 0;
  const event: WriteEvent = (type, fields) =>
    namedEvent({ type, sequence_number: sequence++, ...fields });

  const begun = responseBody(answer, {
    ...options,
    output: [],
    inProgress: true,
  });
  const opening =
    event('response.created', { response: begun }) +
    event('response.in_progress', { response: begun });
  const body = joinSegments(segmentsOf(answer, options.id, event));
  const [choice] = answer.choices;
  const output = outputItems(answer, options.id);
  const ended = responseBody(answer, { ...options, output, inProgress: false });
  return {
    opening: opening + body.opening,
    tokens: body.tokens,
    closing:
      body.closing + event(`response.${statusOf(choice)}`, { response: ended }),
    broken: brokenEvent('response.output_text.delta'),
  };
}

function segmentsOf(
  answer: TextAnswer,
  id: string,
  event: WriteEvent,
): Segment[] {
  const segments: Segment[] = hiddenItems(answer, id).map((item, index) => {
    const place = { output_index: index, item };
    return {
      opening: event('response.output_item.added', place),
      tokens: [],
      closing: event('response.output_item.done', place),
    };
  });
  const first = segments.length;
  const [{ toolCalls }] = answer.choices;
  if (toolCalls.length === 0) {
    segments.push(textSegment(answer, { id, outputIndex: first, event }));
  }
  for (let index = 0; index < toolCalls.length; index++) {
    const outputIndex = first + index;
    segments.push(callSegment(answer, index, { outputIndex, event }));
  }
  return segments;
}

function textSegment(
  { choices: [choice] }: TextAnswer,
  place: { id: string; outputIndex: number; event: WriteEvent },
): Segment {
  const { id, outputIndex, event } = place;
  const { text, pieces, logprobs } = choice;
  const item = { output_index: outputIndex };
  const part = { item_id: `msg_${id}`, ...item, content_index: 0 };
  const whole = textPart(text, logprobs);
  const done = messageItem(id, statusOf(choice), [whole]);
  return {
    opening:
      event('response.output_item.added', {
        ...item,
        item: messageItem(id, 'in_progress', []),
      }) +
      event('response.content_part.added', {
        ...part,
        part: textPart('', undefined),
      }),
    tokens: pieces.map((delta, position) =>
      event('response.output_text.delta', {
        ...part,
        delta,
        logprobs: logprobs ? [logprobBody(logprobs[position])] : [],
      }),
    ),
    closing:
      event('response.output_text.done', {
        ...part,
        text,
        logprobs: whole.logprobs,
      }) +
      event('response.content_part.done', { ...part, part: whole }) +
      event('response.output_item.done', { ...item, item: done }),
  };
}

function callSegment(
  { choices: [choice] }: TextAnswer,
  index: number,
  place: { outputIndex: number; event: WriteEvent },
): Segment {
  const { outputIndex, event } = place;
  const call = choice.toolCalls[index];
  const item = { output_index: outputIndex };
  const ofCall = { item_id: `fc_${call.id}`, ...item };
  const done = callItem(call, callStatus(choice, index), call.json);
  return {
    opening: event('response.output_item.added', {
      ...item,
      item: callItem(call, 'in_progress', ''),
    }),
    tokens: call.pieces.map(delta =>
      event('response.function_call_arguments.delta', { ...ofCall, delta }),
    ),
    closing:
      event('response.function_call_arguments.done', {
        ...ofCall,
        name: call.name,
        arguments: call.json,
      }) + event('response.output_item.done', { ...item, item: done }),
  };
}
