import { GatewayError } from '../errors';
import { openAiStreamError } from '../protocols/errorBodies';
import { readErrorMessage } from './errorMessages';
import { isObject, Json, parseObject } from './json';
import { SseEvent } from './SseSplitter';
import { toFinishReason } from './stopReasons';
import { StreamTranslation } from './Translation';
import { mergeMessagesUsage, toChatUsage } from './usage';

/** A tool call as far as it has come. */
interface ToolCall {
  index: number;
  hasArguments: boolean;
}

/**
 * OpenAI's stream of chunks, made of Anthropic's stream of events. Thinking, signatures and citations are
 * left out: OpenAI's format has no place for them.
 *
 * open → (error of the provider) failed, or → (end) ended; in the last two nothing more is written.
 */
export class ChatStream implements StreamTranslation {
  readonly #options: {
    model: string;
    includeUsage: boolean;
    createdSeconds: number;
  };
  #state: 'open' | 'failed' | 'ended' = 'open';
  /** What every chunk begins with, written once. */
  #head: string;
  #usage: Json | undefined;
  #isFinished = false;
  /** By the index of the block. */
  readonly #calls = new Map<unknown, ToolCall>();

  /** @param options.createdSeconds - since 1970 */
  constructor(options: {
    model: string;
    includeUsage: boolean;
    createdSeconds: number;
  }) {
    this.#options = options;
    this.#head = this.#headOf('');
  }

  push({ data }: SseEvent): string {
    if (this.#state !== 'open') return '';
    const event = parseObject(data);
    if (event === undefined) throw new GatewayError('upstream_error');
    switch (event.type) {
      case 'message_start':
        return this.#start(objectOf(event.message));
      case 'content_block_start':
        return this.#startBlock(event.index, objectOf(event.content_block));
      case 'content_block_delta':
        return this.#continueBlock(event.index, objectOf(event.delta));
      case 'content_block_stop':
        return this.#stopBlock(event.index);
      case 'message_delta':
        this.#usage = mergeMessagesUsage(this.#usage, event.usage);
        return this.#finish(objectOf(event.delta));
      case 'error':
        return this.#fail(event);
      default: // ping, message_stop, and what may be invented later
        return '';
    }
  }

  end(): string {
    if (this.#state !== 'open') return '';
    this.#state = 'ended';
    const finish = this.#isFinished ? '' : this.#chunk({}, 'stop');
    return `${finish}${this.#usageChunk()}data: [DONE]\n\n`;
  }

  #start(message: Json): string {
    this.#head = this.#headOf(message.id);
    this.#usage = mergeMessagesUsage(this.#usage, message.usage);
    return this.#chunk({ role: 'assistant', content: '', refusal: null });
  }

  #startBlock(blockIndex: unknown, block: Json): string {
    if (block.type === 'text') return this.#text(block.text);
    if (block.type !== 'tool_use') return '';
    // empty from Anthropic, whose input follows in pieces; others send it whole
    const isWhole =
      isObject(block.input) && Object.keys(block.input).length > 0;
    const call = { index: this.#calls.size, hasArguments: isWhole };
    this.#calls.set(blockIndex, call);
    return this.#chunk({
      tool_calls: [
        {
          index: call.index,
          id: block.id,
          type: 'function',
          function: {
            name: block.name,
            arguments: isWhole ? JSON.stringify(block.input) : '',
          },
        },
      ],
    });
  }

  #continueBlock(blockIndex: unknown, delta: Json): string {
    if (delta.type === 'text_delta') return this.#text(delta.text);
    if (delta.type !== 'input_json_delta') return '';
    const call = this.#calls.get(blockIndex);
    if (!call || typeof delta.partial_json !== 'string') return '';
    return this.#arguments(call, delta.partial_json);
  }

  /** A call without input has no pieces at Anthropic; OpenAI's clients parse the arguments of every call. */
  #stopBlock(blockIndex: unknown): string {
    const call = this.#calls.get(blockIndex);
    return call && !call.hasArguments ? this.#arguments(call, '{}') : '';
  }

  #text(text: unknown): string {
    return typeof text === 'string' && text !== ''
      ? this.#chunk({ content: text })
      : '';
  }

  #arguments(call: ToolCall, piece: string): string {
    if (piece === '') return '';
    call.hasArguments = true;
    return this.#chunk({
      tool_calls: [{ index: call.index, function: { arguments: piece } }],
    });
  }

  #finish(delta: Json): string {
    if (this.#isFinished || typeof delta.stop_reason !== 'string') return '';
    this.#isFinished = true;
    return this.#chunk({}, toFinishReason(delta));
  }

  #fail(event: Json): string {
    this.#state = 'failed';
    const message = readErrorMessage(event);
    const error = new GatewayError('upstream_error', { message });
    return openAiStreamError(error);
  }

  #headOf(id: unknown): string {
    const { model, createdSeconds: created } = this.#options;
    const head = { id, object: 'chat.completion.chunk', created, model };
    return `data: ${JSON.stringify(head).slice(0, -1)},"choices":[`;
  }

  #chunk(delta: Json, finishReason: string | null = null): string {
    const choice = JSON.stringify({
      index: 0,
      delta,
      logprobs: null,
      finish_reason: finishReason,
    });
    const usage = this.#options.includeUsage ? ',"usage":null' : '';
    return `${this.#head}${choice}]${usage}}\n\n`;
  }

  #usageChunk(): string {
    const usage = toChatUsage(this.#usage);
    if (!this.#options.includeUsage || usage === undefined) return '';
    return `${this.#head}],"usage":${JSON.stringify(usage)}}\n\n`;
  }
}

function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}
