import {
  curl,
  pythonClient,
  Snippets,
  Target,
  typescriptClient,
} from './snippetParts';

const QUESTION = 'Where is my parcel?';

/** A question and its whole answer. */
export function chatSnippets(target: Target): Snippets {
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

/** The answer as it comes, piece by piece. */
export function streamingSnippets(target: Target): Snippets {
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

/** A text becomes a vector. */
export function embeddingSnippets(target: Target): Snippets {
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

/** A text is checked for what must not be said. */
export function moderationSnippets(target: Target): Snippets {
  return {
    curl: curl(target, '/moderations', {
      model: target.model,
      input: QUESTION,
    }),
    Python: `${pythonClient(target)}
answer = client.moderations.create(model="${target.model}", input="${QUESTION}")
print(answer.results[0].flagged)`,
    TypeScript: `${typescriptClient(target)}
const answer = await client.moderations.create({
  model: '${target.model}',
  input: '${QUESTION}',
});
console.log(answer.results[0].flagged);`,
  };
}
