import { seededRandom } from '../demoCompany/seededRandom';
import { chooseCall } from './demoCalls';

it('mixes models and kinds, streamed and not', () => {
  const random = seededRandom(5);
  const calls = Array.from({ length: 400 }, () => chooseCall(random));
  const seen = new Set(
    calls.map(({ body }) => {
      const { model, stream } = body as { model: string; stream?: boolean };
      return `${model} ${stream ? 'streamed' : 'whole'}`;
    }),
  );
  expect([...seen].sort()).toEqual([
    'gpt-4o streamed',
    'gpt-4o whole',
    'gpt-4o-mini streamed',
    'gpt-4o-mini whole',
    'llama-3-8b-instruct streamed',
    'llama-3-8b-instruct whole',
    'text-embedding-3-small whole',
  ]);
});
