/** The languages of {@link snippetsOf}, in the order of their tabs. */
export const LANGUAGES = ['curl', 'Python', 'TypeScript'] as const;

/** One of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/** A first call, ready to run as it stands. */
export function snippetsOf(options: {
  baseUrl: string;
  secret: string;
  model: string;
  kind: 'chat' | 'embedding';
  isStreaming: boolean;
}): Record<Language, string> {
  if (options.kind === 'embedding') return embeddingSnippets(options);
  return options.isStreaming
    ? streamingSnippets(options)
    : chatSnippets(options);
}

interface Target {
  baseUrl: string;
  secret: string;
  model: string;
}

const QUESTION = 'Where is my parcel?';

function chatSnippets(target: Target): Record<Language, string> {
  return {
    curl: curl(target, '/chat/completions', {
      model: target.model,
      messages: [{ role: 'user', content: QUESTION }],
    }),
    Python: `${pythonClient(target)}
completion = client.chat.completions.create(
    model="${target.model}",
    messages=[{"role": "user", "content": "${QUESTION}"}],
)
print(completion.choices[0].message.content)`,
    TypeScript: `${typescriptClient(target)}
const completion = await client.chat.completions.create({
  model: '${target.model}',
  messages: [{ role: 'user', content: '${QUESTION}' }],
});
console.log(completion.choices[0].message.content);`,
  };
}

function streamingSnippets(target: Target): Record<Language, string> {
  return {
    curl: curl(target, '/chat/completions', {
      model: target.model,
      messages: [{ role: 'user', content: QUESTION }],
      stream: true,
    }),
    Python: `${pythonClient(target)}
stream = client.chat.completions.create(
    model="${target.model}",
    messages=[{"role": "user", "content": "${QUESTION}"}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)`,
    TypeScript: `${typescriptClient(target)}
const stream = await client.chat.completions.create({
  model: '${target.model}',
  messages: [{ role: 'user', content: '${QUESTION}' }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
}`,
  };
}

function embeddingSnippets(target: Target): Record<Language, string> {
  return {
    curl: curl(target, '/embeddings', { model: target.model, input: QUESTION }),
    Python: `${pythonClient(target)}
answer = client.embeddings.create(model="${target.model}", input="${QUESTION}")
print(len(answer.data[0].embedding))`,
    TypeScript: `${typescriptClient(target)}
const answer = await client.embeddings.create({
  model: '${target.model}',
  input: '${QUESTION}',
});
console.log(answer.data[0].embedding.length);`,
  };
}

function curl(target: Target, path: string, body: object): string {
  return `curl ${'stream' in body ? '-N ' : ''}${target.baseUrl}${path} \\
  -H 'Authorization: Bearer ${target.secret}' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(body)}'`;
}

function pythonClient(target: Target): string {
  return `# pip install openai
from openai import OpenAI

client = OpenAI(
    base_url="${target.baseUrl}",
    api_key="${target.secret}",
)
`;
}

function typescriptClient(target: Target): string {
  return `// npm install openai
import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${target.baseUrl}',
  apiKey: '${target.secret}',
});
`;
}
