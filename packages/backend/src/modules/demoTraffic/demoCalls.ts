/** A call that the background traffic may make. */
export interface DemoCall {
  path: '/chat/completions' | '/embeddings';
  body: object;
}

const QUESTIONS = [
  'Where is my parcel? It should have come yesterday.',
  'Can I return boots that I have worn once?',
  'Which of your tents stands up to strong wind?',
  'My voucher is not accepted at the checkout.',
  'Do you repair zips of older jackets?',
];

/**
 * Picks the next call: mostly small chats, sometimes a large model or an embedding; two chats of three
 * are streamed.
 *
 * @param random - gives numbers in [0, 1)
 */
export function chooseCall(random: () => number): DemoCall {
  const question = QUESTIONS[Math.floor(random() * QUESTIONS.length)];
  const draw = random();
  if (draw < 0.15) {
    return {
      path: '/embeddings',
      body: { model: 'text-embedding-3-small', input: QUESTIONS },
    };
  }
  return {
    path: '/chat/completions',
    body: {
      model: chooseModel(draw),
      messages: [
        {
          role: 'system',
          content: 'You answer customers of an outdoor shop, briefly.',
        },
        { role: 'user', content: question },
      ],
      max_tokens: 40 + Math.floor(random() * 120),
      stream: random() < 0.67,
    },
  };
}

function chooseModel(draw: number): string {
  if (draw < 0.6) return 'gpt-4o-mini';
  return draw < 0.85 ? 'llama-3-8b-instruct' : 'gpt-4o';
}
