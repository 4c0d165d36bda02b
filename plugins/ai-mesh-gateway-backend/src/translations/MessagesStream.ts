import { GatewayError } from '../errors';
import { anthropicErrorBody } from '../protocols/errorBodies';
import { readErrorMessage } from './errorMessages';
import { isObject, isPresent, Json, parseObject } from './json';
import { MessageBlocks } from './MessageBlocks';
import { SseEvent } from './SseSplitter';
import { toStopReason } from './stopReasons';
import { StreamTranslation } from './Translation';
import { toMessagesUsage } from './usage';
import { writeEvent } from './writeEvent';

/**
 * Anthropic's stream of events, made of OpenAI's stream of chunks. Why the message ended and what it used
 * is written at the end, since OpenAI's usage comes last.
 *
 * new → (first chunk) open → (error of the provider) failed, or → (end) ended; in the last two nothing
 * more is written.
 */
export class MessagesStream implements StreamTranslation {
  readonly #model: string;
  #state: 'new' | 'open' | 'failed' | 'ended' = 'new';
  #id = '';
  readonly #blocks = new MessageBlocks();
  #usage: unknown;
  #finishReason: unknown;
  #stopSequence: unknown;
  #hasRefusal = false;

  constructor(options: { model: string }) {
    this.#model = options.model;
  }

  push({ data }: SseEvent): string {
    if (this.#state === 'failed' || this.#state === 'ended') return '';
    if (data === '[DONE]') return '';
    const chunk = parseObject(data);
    if (chunk === undefined) throw new GatewayError('upstream_error');
    if (isPresent(chunk.error)) return this.#fail(chunk);
    this.#usage = chunk.usage ?? this.#usage;
    const start = this.#start(chunk);
    const choice: unknown = Array.isArray(chunk.choices)
      ? chunk.choices[0]
      : undefined;
    return isObject(choice) ? start + this.#continue(choice) : start;
  }

  end(): string {
    if (this.#state === 'failed' || this.#state === 'ended') return '';
    const start = this.#start({});
    this.#state = 'ended';
    const delta = toStopReason({
      finishReason: this.#finishReason,
      stopSequence: this.#stopSequence,
      hasToolUse: this.#blocks.hasToolUse,
      hasRefusal: this.#hasRefusal,
    });
    const last = {
      type: 'message_delta',
      delta,
      usage: toMessagesUsage(this.#usage),
    };
    return [
      start,
      this.#blocks.end(),
      writeEvent(last),
      writeEvent({ type: 'message_stop' }),
    ].join('');
  }

  #start(chunk: Json): string {
    if (this.#state !== 'new') return '';
    this.#state = 'open';
    if (typeof chunk.id === 'string') this.#id = chunk.id;
    const message = {
      id: this.#id,
      type: 'message',
      role: 'assistant',
      model: this.#model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: toMessagesUsage(this.#usage), // not known yet as a rule; what comes at the end replaces it
    };
    const event = { type: 'message_start', message };
    return writeEvent(event);
  }

  #continue(choice: Json): string {
    this.#finishReason = choice.finish_reason ?? this.#finishReason;
    this.#stopSequence = choice.stop_reason ?? this.#stopSequence;
    if (!isObject(choice.delta)) return '';
    const { content, refusal, tool_calls: calls } = choice.delta;
    let events = '';
    if (typeof content === 'string' && content !== '') {
      events += this.#blocks.addText(content);
    }
    if (typeof refusal === 'string' && refusal !== '') {
      this.#hasRefusal = true;
      events += this.#blocks.addText(refusal);
    }
    if (Array.isArray(calls)) {
      for (const call of calls) events += this.#addToolCall(call);
    }
    return events;
  }

  #addToolCall(call: unknown): string {
    if (!isObject(call)) return '';
    const called = isObject(call.function) ? call.function : {};
    return this.#blocks.addToolCall(
      {
        index: typeof call.index === 'number' ? call.index : undefined,
        id: textOf(call.id),
        name: textOf(called.name),
        arguments: textOf(called.arguments) ?? '',
      },
      this.#id,
    );
  }

  #fail(chunk: Json): string {
    this.#state = 'failed';
    const message = readErrorMessage(chunk);
    const error = new GatewayError('upstream_error', { message });
    return `event: error\ndata: ${anthropicErrorBody(error)}\n\n`;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
