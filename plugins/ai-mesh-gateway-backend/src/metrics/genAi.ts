/** Names of the GenAI semantic conventions for our routes; all that they do not know keeps its own name. */
const OPERATIONS: Readonly<Record<string, string>> = {
  chat: 'chat',
  completion: 'text_completion',
  embedding: 'embeddings',
  message: 'chat',
  response: 'chat',
};

const PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai',
  'azure-openai': 'azure.ai.openai',
  anthropic: 'anthropic',
};

/** `gen_ai.operation.name` of a route. */
export function genAiOperation(route: string): string {
  return OPERATIONS[route] ?? route;
}

/**
 * `gen_ai.provider.name` of a provider: a well-known value for its type, or else its id. To be worked out once a
 * provider, not once a call.
 */
export function genAiProviderName(provider: {
  id: string;
  type: string;
}): string {
  return PROVIDERS[provider.type] ?? provider.id;
}
