import type { ChatMessage, ChatTool } from '../chat/chatRequest';
import { countPromptTokens } from './countPromptTokens';
import { countTokens } from './tokenise';

describe('countPromptTokens', () => {
  // OpenAI Cookbook, "How to count tokens with tiktoken", section 7: the API itself counted 101 for gpt-4o.
  it('counts what the API counted for the example of the cookbook', () => {
    const tool: ChatTool = {
      type: 'function',
      function: {
        name: 'get_current_weather',
        description: 'Get the current weather in a given location',
        parameters: {
          type: 'object',
          properties: {
            location: {
              type: 'string',
              description: 'The city and state, e.g. San Francisco, CA',
            },
            unit: {
              type: 'string',
              description: 'The unit of temperature to return',
              enum: ['celsius', 'fahrenheit'],
            },
          },
          required: ['location'],
        },
      },
    };
    const messages: ChatMessage[] = [
      {
        role: 'system',
        content:
          'You are a helpful assistant that can answer to questions about the weather.',
      },
      {
        role: 'user',
        content: "What's the weather like in San Francisco?",
      },
    ];
    expect(countPromptTokens(messages, [tool])).toBe(101);
  });

  const bare = countPromptTokens([{ role: 'user', content: 'Hello' }]);

  it.each<[string, ChatMessage, number]>([
    [
      'a name',
      { role: 'user', content: 'Hello', name: 'sam' },
      1 + countTokens('sam'),
    ],
    [
      'text in parts',
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
      0,
    ],
    [
      'an image',
      {
        role: 'user',
        content: [{ type: 'text', text: 'Hello' }, { type: 'image_url' }],
      },
      85,
    ],
    [
      'a tool call',
      {
        role: 'user',
        content: 'Hello',
        tool_calls: [{ function: { name: 'go', arguments: '{"a":1}' } }],
      },
      countTokens('go') + countTokens('{"a":1}'),
    ],
    ['no content', { role: 'user', content: null }, -countTokens('Hello')],
  ])('counts %s', (_, message, more) => {
    expect(countPromptTokens([message])).toBe(bare + more);
  });
});
