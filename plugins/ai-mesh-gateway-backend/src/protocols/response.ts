import { GatewayError } from '../errors';
import {
  Attachments,
  countAttachments,
  hasHostedTool,
  NO_ATTACHMENTS,
} from './contentParts';
import {
  Body,
  fieldsOf,
  invalid,
  modelOf,
  optionalArray,
  optionalBoolean,
  optionalCount,
  outputBound,
} from './fields';
import { countToolCalls, isChargedByOpenAi } from './hostedTools';
import { addOutputBound, modelEdit } from './jsonEdits';
import { OPENAI } from './openAiProtocol';
import { Protocol } from './Protocol';
import { readTokens, RESPONSE_NAMES } from './readTokens';
import { askedTier, reportedTier } from './serviceTiers';
import { EventMeaning, TypedTap } from './TypedTap';
import { isGiven, isObject, ReportedUsage } from './usage';

/** The items of an input whose tokens are all in the body. */
const PLAIN_ITEMS = new Set([
  'message',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'reasoning',
]);
/** What is stored at the provider becomes input. */
const STORED_INPUTS = ['previous_response_id', 'conversation', 'prompt'];

const PIECE: EventMeaning = { isPiece: true };
const LAST: EventMeaning = {
  isLast: true,
  readUsage: ({ response }) =>
    isObject(response) ? readUsage(response) : undefined,
};
const LAST_TYPES = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
]);

/** OpenAI's `/responses`. Its streams have named events, the usage in the last one, and no `[DONE]`. */
export const response: Protocol = {
  ...OPENAI,
  id: 'response',
  parseFields(body) {
    if (optionalBoolean(body, 'background')) {
      throw new GatewayError('invalid_value', {
        param: 'background',
        message:
          '"background" is not served: what is answered later could not be booked.',
      });
    }
    return fieldsOf({
      model: modelOf(body),
      stream: optionalBoolean(body, 'stream') ?? false,
      ...outputBound(body, ['max_output_tokens']),
      ...inputFields(body),
      ...toolFields(body),
      serviceTier: askedTier(body.service_tier),
    });
  },
  bodyEdits(options) {
    const edits = modelEdit(options);
    addOutputBound(edits, options, 'max_output_tokens');
    const { fields, toolCallBound } = options;
    if (fields.unboundedTools > 0 && toolCallBound !== undefined) {
      edits.set('max_tool_calls', String(toolCallBound)); // the hold covers no more
    }
    return edits;
  },
  readUsage,
  createTap() {
    return new TypedTap({ meaningOf });
  },
  streamError(error) {
    const { error: inner } = error.toJSON();
    const { code, message, param } = inner;
    // as documented, and as it is sent: providers nest it
    const data = { type: 'error', sequence_number: 0, code, message, param };
    return `event: error\ndata: ${JSON.stringify({
      ...data,
      error: inner,
    })}\n\n`;
  },
};

function readUsage(answer: Body): ReportedUsage | undefined {
  return readTokens(answer.usage, RESPONSE_NAMES, {
    serviceTier: reportedTier(answer.service_tier),
    toolCalls: countToolCalls(answer.output),
  });
}

/** One bound holds for all tools of a response together. */
function toolFields(body: Body) {
  const isCharged =
    optionalArray(body, 'tools').some(isChargedByOpenAi) ||
    isGiven(body.prompt); // what is stored at the provider may name tools
  if (!isCharged || body.max_tool_calls === 0) return {};
  const maxToolCalls = optionalCount(body, 'max_tool_calls');
  return maxToolCalls === undefined ? { unboundedTools: 1 } : { maxToolCalls };
}

function meaningOf(type: string): EventMeaning | undefined {
  if (type.endsWith('.delta')) return PIECE;
  return LAST_TYPES.has(type) ? LAST : undefined;
}

function inputFields(body: Body) {
  const counted: Attachments = {
    ...NO_ATTACHMENTS,
    hasHiddenInput:
      STORED_INPUTS.some(name => isGiven(body[name])) ||
      hasHostedTool(optionalArray(body, 'tools')),
  };
  const input = body.input ?? undefined;
  if (input === undefined && !counted.hasHiddenInput) {
    throw invalid('input', 'a string or an array');
  }
  if (input === undefined || typeof input === 'string') {
    return { messageCount: 1, ...counted };
  }
  if (!Array.isArray(input)) throw invalid('input', 'a string or an array');
  for (const [index, item] of input.entries()) {
    countItem(item, `input[${index}]`, counted);
  }
  return { messageCount: Math.max(1, input.length), ...counted };
}

function countItem(item: unknown, path: string, counted: Attachments): void {
  if (!isObject(item)) throw invalid(path, 'an object');
  const type = item.type ?? 'message';
  if (typeof type !== 'string') throw invalid(`${path}.type`, 'a string');
  if (!PLAIN_ITEMS.has(type)) {
    counted.attachmentCount += 1;
    counted.hasHiddenInput = true;
  } else if (type === 'message') {
    countAttachments(item.content, `${path}.content`, counted);
  } else {
    countAttachments(item.output, `${path}.output`, counted);
  }
}
