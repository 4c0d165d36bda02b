import { EventEmitter } from 'node:events';
import { startModelSimulator } from '../startModelSimulator';
import { readCommandLine } from './commandLineOptions';
import { runCommandLine } from './runCommandLine';

function fakeProcess(...args: string[]) {
  const signals = new EventEmitter();
  const output = { out: '', err: '' };
  const started = new EventEmitter();
  return {
    output,
    started,
    signals,
    argv: ['node', 'model-simulator', ...args],
    stdout: {
      write(text: string) {
        output.out += text;
        started.emit('output');
      },
    },
    stderr: {
      write(text: string) {
        output.err += text;
      },
    },
    once: signals.once.bind(signals),
  };
}

describe('runCommandLine', () => {
  it('shows its options and two examples', async () => {
    const program = fakeProcess('--help');

    expect(await runCommandLine(program)).toBe(0);
    expect(program.output.out).toContain('--first-token-ms');
    expect(program.output.out.match(/^ {2}model-simulator --/gm)).toHaveLength(
      2,
    );
  });

  it.each(['SIGTERM', 'SIGINT'])(
    'says where it listens, and ends well on %s',
    async signal => {
      const program = fakeProcess('--port', '0');
      const listening = new Promise(resolve => {
        program.started.once('output', resolve);
      });
      const exit = runCommandLine(program);
      await listening;
      program.signals.emit(signal);

      expect(await exit).toBe(0);
      expect(program.output.out).toMatch(
        /listens on http:\/\/127\.0\.0\.1:\d+/,
      );
    },
  );

  it('names a busy port and a way out', async () => {
    const other = await startModelSimulator();
    try {
      const program = fakeProcess('--port', String(other.port));

      expect(await runCommandLine(program)).toBe(1);
      expect(program.output.err).toContain(`Port ${other.port}`);
      expect(program.output.err).toContain(`--port ${other.port + 1}`);
    } finally {
      await other.close();
    }
  });

  it.each([
    ['--port', 'http'],
    ['--port', '70000'],
    ['--seed', '1.5'],
    ['--jitter', '2'],
    ['--first-token-ms', ''],
    ['--fault', 'explode'],
    ['--colour', 'blue'],
  ])('refuses %s %s', async (name, value) => {
    const program = fakeProcess(name, value);

    expect(await runCommandLine(program)).toBe(2);
    expect(program.output.err).toContain('--help');
  });
});

describe('readCommandLine', () => {
  it('turns flags into options', () => {
    const command = readCommandLine(
      '--port 0 --models a,b --api-key x --api-key y --seed 9 --fault cut;after=2'.split(
        ' ',
      ),
    );

    expect(command).toMatchObject({
      action: 'start',
      options: {
        port: 0,
        models: ['a', 'b'],
        apiKeys: ['x', 'y'],
        seed: 9,
        faults: [{ kind: 'cut', afterTokens: 2 }],
      },
    });
  });

  it('serves any model when told to', () => {
    expect(readCommandLine(['--models', 'any'])).toMatchObject({
      options: { models: 'any' },
    });
  });
});
