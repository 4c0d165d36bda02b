import { parseArgs } from 'node:util';
import { parseFault } from '../faults/parseFault';
import { DEFAULT_MODELS, type ModelSimulatorOptions } from '../options';

export const HELP = `model-simulator: a model provider for demos and tests. It speaks OpenAI, Azure OpenAI and Anthropic.

Usage: model-simulator [options]

  --port NUMBER              port to listen on (4010)
  --host ADDRESS             address to listen on (127.0.0.1)
  --first-token-ms NUMBER    wait before the first token (150)
  --between-tokens-ms NUMBER wait from token to token (8)
  --jitter NUMBER            waits vary by this share, 0 to 1 (0.2)
  --seed NUMBER              the same seed gives the same answers (1)
  --models A,B               names to serve, or any (${DEFAULT_MODELS.join(
    ',',
  )})
  --api-key KEY              accept only this key; may be repeated
  --fault FAULT              go wrong by itself; may be repeated
  --help                     show this text

Examples:
  model-simulator --port 4010 --models gpt-4o,text-embedding-3-small
  model-simulator --first-token-ms 0 --between-tokens-ms 0 --fault 'rate-limit;retry-after=2;probability=0.1'
`;

/** What the command line asks for. */
export type Command =
  | { action: 'help' }
  | { action: 'start'; options: ModelSimulatorOptions };

/**
 * Reads the arguments after the program's name.
 *
 * @throws TypeError that names the option that cannot be used
 */
export function readCommandLine(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4010' },
      host: { type: 'string', default: '127.0.0.1' },
      'first-token-ms': { type: 'string', default: '150' },
      'between-tokens-ms': { type: 'string', default: '8' },
      jitter: { type: 'string', default: '0.2' },
      seed: { type: 'string', default: '1' },
      models: { type: 'string' },
      'api-key': { type: 'string', multiple: true },
      fault: { type: 'string', multiple: true },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { action: 'help' };
  return {
    action: 'start',
    options: {
      host: values.host,
      port: wholeNumber('port', values.port, 65_535),
      seed: wholeNumber('seed', values.seed, Number.MAX_SAFE_INTEGER),
      firstTokenMs: number('first-token-ms', values['first-token-ms']),
      betweenTokensMs: number('between-tokens-ms', values['between-tokens-ms']),
      jitter: number('jitter', values.jitter, 1),
      models: values.models === 'any' ? 'any' : values.models?.split(','),
      apiKeys: values['api-key'],
      faults: values.fault?.map(parseFault),
    },
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = number(name, text, most);
  if (Number.isInteger(value)) return value;
  throw new TypeError(`Cannot use --${name} ${text}: it must be whole`);
}

function number(name: string, text: string, most = 600_000): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= 0 && value <= most) return value;
  throw new TypeError(
    `Cannot use --${name} ${text}: it must be a number from 0 to ${most}`,
  );
}
