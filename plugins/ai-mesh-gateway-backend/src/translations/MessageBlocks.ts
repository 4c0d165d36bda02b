import { GatewayError } from '../errors';
import { Json } from './json';
import { JsonObjectEnd } from './JsonObjectEnd';
import { writeEvent } from './writeEvent';

/** A piece of a tool call, as OpenAI streams it; only the first piece of a call has an id and a name. */
export interface ToolCallPiece {
  index: number | undefined;
  id: string | undefined;
  name: string | undefined;
  arguments: string;
}

interface Block {
  /** As the block starts. */
  content: Json;
  /** Pieces that wait until the blocks before this one have ended. */
  pending: string;
  /** Of tool calls: where their arguments end. Text ends when something else comes. */
  end: JsonObjectEnd | undefined;
}

/** No answer of a model is this long. */
const MAX_PENDING_LENGTH = 8 * 1024 * 1024;

/**
 * Writes the content blocks of Anthropic's stream. There a block ends before the next one starts, while
 * OpenAI's pieces of parallel tool calls may alternate. So the first block passes as it comes; pieces of
 * later blocks wait until it is complete. Alternating blocks would make Anthropic's own client report one
 * call twice and miss the other.
 */
export class MessageBlocks {
  hasToolUse = false;
  /** Blocks that have not ended. Only the first one has been started. */
  readonly #open: Block[] = [];
  /** Where the first open block stands in the message. */
  #index = 0;
  /** By OpenAI's index, or by id at servers that give none. */
  readonly #calls = new Map<number | string, Block>();
  #lastCall: Block | undefined;
  /** What has ever waited, in characters. */
  #pendingLength = 0;

  /** @returns events */
  addText(text: string): string {
    const last = this.#open.at(-1);
    if (last && last.end === undefined) return this.#add(last, text);
    const block: Block = {
      content: { type: 'text', text: '' },
      pending: '',
      end: undefined,
    };
    return this.#begin(block) + this.#add(block, text);
  }

  /**
   * @param piece - of OpenAI's
   * @param messageId - for the id of a call that has none
   * @returns events
   * @throws GatewayError `upstream_error` when the call has no name
   */
  addToolCall(piece: ToolCallPiece, messageId: string): string {
    const known = this.#callOf(piece);
    if (known) return this.#add(known, piece.arguments);
    if (!piece.name) throw new GatewayError('upstream_error');
    const id = piece.id || `${messageId}_${this.#calls.size}`;
    const block: Block = {
      content: { type: 'tool_use', id, name: piece.name, input: {} },
      pending: '',
      end: new JsonObjectEnd(),
    };
    this.hasToolUse = true;
    this.#calls.set(piece.index ?? id, block);
    this.#lastCall = block;
    return this.#begin(block) + this.#add(block, piece.arguments);
  }

  /** Ends all blocks. @returns events */
  end(): string {
    let events = '';
    while (this.#open.length > 0) events += this.#endFirst();
    return events;
  }

  #callOf({ index, id, name }: ToolCallPiece): Block | undefined {
    const key = index ?? (id || undefined);
    const known = key === undefined ? this.#lastCall : this.#calls.get(key);
    // some servers give every call the same index
    const isOther = id && name && known && known.content.id !== id;
    return isOther ? undefined : known;
  }

  #begin(block: Block): string {
    this.#open.push(block);
    return this.#open.length === 1 ? this.#start(block) : this.#advance();
  }

  #add(block: Block, piece: string): string {
    block.end?.push(piece);
    if (block === this.#open[0]) {
      return this.#delta(block, piece) + this.#advance();
    }
    this.#wait(block, piece); // for ever, if its call has ended: then it is white space at most
    return '';
  }

  #wait(block: Block, piece: string): void {
    this.#pendingLength += piece.length;
    if (this.#pendingLength > MAX_PENDING_LENGTH) {
      throw new GatewayError('upstream_error');
    }
    block.pending += piece;
  }

  /** Ends what is complete, as long as something else waits. */
  #advance(): string {
    let events = '';
    while (this.#open.length > 1 && isComplete(this.#open[0])) {
      events += this.#endFirst();
    }
    return events;
  }

  #endFirst(): string {
    const stop = writeEvent({ type: 'content_block_stop', index: this.#index });
    this.#open.shift();
    this.#index += 1;
    const [next] = this.#open;
    if (next === undefined) return stop;
    return stop + this.#start(next) + this.#delta(next, next.pending);
  }

  #start({ content }: Block): string {
    return writeEvent({
      type: 'content_block_start',
      index: this.#index,
      content_block: content,
    });
  }

  #delta(block: Block, piece: string): string {
    if (piece === '') return '';
    const delta = block.end
      ? { type: 'input_json_delta', partial_json: piece }
      : { type: 'text_delta', text: piece };
    return writeEvent({
      type: 'content_block_delta',
      index: this.#index,
      delta,
    });
  }
}

function isComplete({ end }: Block): boolean {
  return end === undefined || end.isComplete;
}
