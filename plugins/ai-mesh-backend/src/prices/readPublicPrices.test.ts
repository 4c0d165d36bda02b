import { mockServices } from '@backstage/backend-test-utils';
import { parseRate } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { readPublicPrices } from './readPublicPrices';

function read(at = '2026-11-22T10:00:00Z') {
  const logger = mockServices.logger.mock();
  const offers = readPublicPrices({ at: new Date(at), logger });
  const find = (key: string) => offers.find(each => each.priceKey === key);
  return { offers, find, logger };
}

describe('readPublicPrices', () => {
  it('reads list prices exactly', () => {
    const { find } = read();
    expect(find('openai/gpt-4o-mini')).toEqual({
      priceKey: 'openai/gpt-4o-mini',
      region: '',
      serviceTier: 'standard',
      rates: {
        input: '0.00000015',
        'cached-input': '0.000000075',
        output: '0.0000006',
        'tool-call': expect.any(String),
      },
      longContext: [],
      sourceId: 'bundled',
      source: expect.stringMatching(/^genai-prices \d+\.\d+\.\d+$/),
    });
    expect(find('openai/text-embedding-3-small')?.rates).toEqual({
      input: '0.00000002',
    });
  });

  it('re-prices the whole request where the prompt is long', () => {
    const price = read().find('anthropic/claude-sonnet-4-5');
    expect(price?.rates).toMatchObject({
      input: '0.000003',
      output: '0.000015',
      'cache-write': '0.00000375',
      'cache-write-hour': '0.000006',
    });
    expect(price?.longContext).toEqual([
      {
        aboveInputTokens: 200_000,
        rates: expect.objectContaining({
          input: '0.000006',
          output: '0.0000225',
        }),
      },
    ]);
  });

  it('prices what is heard by the second', () => {
    expect(read().find('openai/whisper-1')?.rates).toEqual({
      'audio-second': '0.0001',
    });
  });

  it('takes of prices that changed the one that holds at the time', () => {
    expect(read('2025-06-09T23:59:59Z').find('openai/o3')?.rates.input).toBe(
      '0.00001',
    );
    expect(read('2025-06-10T00:00:00Z').find('openai/o3')?.rates.input).toBe(
      '0.000002',
    );
  });

  it('offers each model once, at rates above zero that can be read, and leaves nothing out', () => {
    const { offers, logger } = read();
    expect(offers.length).toBeGreaterThan(100);
    expect(new Set(offers.map(each => each.priceKey)).size).toBe(offers.length);
    for (const { rates, longContext } of offers) {
      const leading = rates.input ?? rates['audio-second'] ?? '';
      expect(parseRate(leading) > 0n).toBe(true);
      for (const step of longContext) {
        expect(Object.keys(step.rates).sort()).toEqual(
          Object.keys(rates).sort(),
        );
      }
    }
    expect(logger.warn).not.toHaveBeenCalled();
  });
});
