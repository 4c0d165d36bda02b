import { modelKindSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { LANGUAGES } from './snippetParts';
import { snippetsOf } from './snippets';

const TARGET = {
  baseUrl: 'http://localhost:4000/v1',
  secret: 'sk-mesh-example',
  model: 'the-model',
};

const KINDS = modelKindSchema.options;

const PATHS = {
  chat: '/chat/completions',
  embedding: '/embeddings',
  moderation: '/moderations',
  image: '/images/generations',
  speech: '/audio/speech',
  transcription: '/audio/transcriptions',
};

describe.each(KINDS)('the first call of a model of the kind %s', kind => {
  const snippets = snippetsOf({ ...TARGET, kind, isStreaming: false });

  it.each(LANGUAGES)('has address, key and model in %s', language => {
    expect(snippets[language]).toContain(TARGET.baseUrl);
    expect(snippets[language]).toContain(TARGET.secret);
    expect(snippets[language]).toContain(TARGET.model);
  });

  it('goes to the route that serves such models', () => {
    expect(snippets.curl).toContain(`${TARGET.baseUrl}${PATHS[kind]} `);
  });
});

it.each(LANGUAGES)('streams a chat in %s only when asked to', language => {
  const plain = snippetsOf({ ...TARGET, kind: 'chat', isStreaming: false });
  const streaming = snippetsOf({ ...TARGET, kind: 'chat', isStreaming: true });
  expect(plain[language]).not.toMatch(/stream/i);
  expect(streaming[language]).toMatch(/stream/i);
});

it.each(KINDS.filter(kind => kind !== 'transcription'))(
  'writes a body that is JSON into the curl line of the kind %s',
  kind => {
    const { curl } = snippetsOf({ ...TARGET, kind, isStreaming: true });
    const body = /-d '(.*)'/.exec(curl)?.[1];
    expect(JSON.parse(body ?? '')).toMatchObject({ model: 'the-model' });
  },
);

it.each(KINDS.filter(kind => kind !== 'chat'))(
  'does not know streaming for the kind %s',
  kind => {
    expect(snippetsOf({ ...TARGET, kind, isStreaming: true })).toEqual(
      snippetsOf({ ...TARGET, kind, isStreaming: false }),
    );
  },
);

it('sends a file as a form, not as JSON', () => {
  const { curl } = snippetsOf({
    ...TARGET,
    kind: 'transcription',
    isStreaming: false,
  });
  expect(curl).toContain('-F file=@speech.mp3');
  expect(curl).not.toContain('application/json');
});
