import os from 'node:os';
import { ConfigReader } from '@backstage/config';
import { readSettings } from './settings';

const IN_MEMORY = {
  database: { client: 'better-sqlite3', connection: ':memory:' },
};

function read(config: object, environment: NodeJS.ProcessEnv = {}) {
  return readSettings(
    new ConfigReader(JSON.parse(JSON.stringify(config))),
    environment,
  );
}

it('runs one process a core in production, one elsewhere, and what it is told anywhere', () => {
  const production = { NODE_ENV: 'production' };
  const three = { aiMeshGateway: { processes: 3 } };
  expect(read({}).processes).toBe(1);
  expect(read({}, production).processes).toBe(os.availableParallelism());
  expect(read(three, production).processes).toBe(3);
  expect(read(three, { AI_MESH_GATEWAY_PROCESSES: '2' }).processes).toBe(2);
});

it.each(['0', '-1', '1.5', 'many', ''])('refuses %p processes', text => {
  expect(() => read({}, { AI_MESH_GATEWAY_PROCESSES: text })).toThrow(
    `expected a whole number above zero, current value is "${text}"`,
  );
});

it('knows whether the processes have the same keys for their tokens', () => {
  const pluginKeyStore = { type: 'static' };
  expect(read({ backend: IN_MEMORY }).sharesTokenKeys).toBe(false);
  expect(
    read({ backend: { ...IN_MEMORY, auth: { pluginKeyStore } } })
      .sharesTokenKeys,
  ).toBe(true);
  expect(
    read({ backend: { database: { client: 'pg', connection: {} } } })
      .sharesTokenKeys,
  ).toBe(true);
});
