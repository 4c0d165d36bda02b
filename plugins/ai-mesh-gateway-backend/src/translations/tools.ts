import {
  invalid,
  isPresent,
  Json,
  readArray,
  readObject,
  readString,
  untranslatable,
} from './json';

const NO_PARAMETERS = { type: 'object', properties: {} };

/** OpenAI's tool definitions of Anthropic's. Tools that run at Anthropic have no counterpart. */
export function toChatTools(tools: unknown): Json[] | undefined {
  if (!isPresent(tools)) return undefined;
  const translated = readArray(tools, 'tools').map((value, index) => {
    const at = `tools[${index}]`;
    const tool = readObject(value, at);
    if (isPresent(tool.type) && tool.type !== 'custom') {
      throw untranslatable(at);
    }
    return {
      type: 'function',
      function: {
        name: readString(tool.name, `${at}.name`),
        description: tool.description ?? undefined,
        parameters: readObject(tool.input_schema, `${at}.input_schema`),
        strict: tool.strict === true ? true : undefined,
      },
    };
  });
  return translated.length > 0 ? translated : undefined; // OpenAI refuses an empty list
}

/** Anthropic's tool definitions of OpenAI's. Tools with free text as input have no counterpart. */
export function toMessagesTools(tools: unknown): Json[] | undefined {
  if (!isPresent(tools)) return undefined;
  const translated = readArray(tools, 'tools').map((value, index) => {
    const at = `tools[${index}]`;
    const tool = readObject(value, at);
    if (tool.type !== 'function') throw untranslatable(at);
    const definition = readObject(tool.function, `${at}.function`);
    return {
      name: readString(definition.name, `${at}.function.name`),
      description: definition.description ?? undefined,
      input_schema: definition.parameters ?? NO_PARAMETERS,
      strict: definition.strict === true ? true : undefined,
    };
  });
  return translated.length > 0 ? translated : undefined;
}

/** OpenAI's `tool_choice` and `parallel_tool_calls` of Anthropic's `tool_choice`. */
export function toChatToolChoice(value: unknown): Json {
  if (!isPresent(value)) return {};
  const choice = readObject(value, 'tool_choice');
  const isSingle = choice.disable_parallel_tool_use === true;
  return {
    tool_choice: chatToolChoiceOf(choice),
    parallel_tool_calls: isSingle ? false : undefined,
  };
}

function chatToolChoiceOf(choice: Json): unknown {
  switch (choice.type) {
    case 'auto':
    case 'none':
      return choice.type;
    case 'any':
      return 'required';
    case 'tool':
      return {
        type: 'function',
        function: { name: readString(choice.name, 'tool_choice.name') },
      };
    default:
      throw invalid('tool_choice.type', '"auto", "any", "tool" or "none"');
  }
}

/** Anthropic's `tool_choice` of OpenAI's `tool_choice` and `parallel_tool_calls`. */
export function toMessagesToolChoice(body: Json): Json | undefined {
  const choice = isPresent(body.tool_choice)
    ? messagesToolChoiceOf(body.tool_choice)
    : undefined;
  if (body.parallel_tool_calls !== false || choice?.type === 'none') {
    return choice;
  }
  // without tools there is nothing to choose, and Anthropic refuses a choice
  if (choice === undefined && !hasTools(body)) return undefined;
  return { type: 'auto', ...choice, disable_parallel_tool_use: true };
}

function hasTools(body: Json): boolean {
  return Array.isArray(body.tools) && body.tools.length > 0;
}

function messagesToolChoiceOf(value: unknown): Json {
  if (value === 'auto' || value === 'none') return { type: value };
  if (value === 'required') return { type: 'any' };
  const choice = readObject(value, 'tool_choice');
  if (choice.type !== 'function') throw untranslatable('tool_choice');
  const chosen = readObject(choice.function, 'tool_choice.function');
  return {
    type: 'tool',
    name: readString(chosen.name, 'tool_choice.function.name'),
  };
}
