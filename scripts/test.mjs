// `npm test`: every unit and integration test of the workspace, and a list of what could not run here.
import { spawnSync } from 'node:child_process';

const OPTIONAL_SERVICES = [
  {
    name: 'Postgres',
    variable: 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
    example: 'postgresql://postgres@127.0.0.1:5432/postgres',
  },
  {
    name: 'Redis',
    variable: 'AI_MESH_TEST_REDIS_URL',
    example: 'redis://127.0.0.1:6379',
  },
];

// without Docker: a database runs when its connection string is set, and is listed below when not
const env = { ...process.env, BACKSTAGE_TEST_DISABLE_DOCKER: '1' };
const { status } = spawnSync(
  'backstage-cli',
  [
    'repo',
    'test',
    '--watchAll=false',
    '--maxWorkers=2',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env, shell: process.platform === 'win32' },
);

for (const service of OPTIONAL_SERVICES.filter(each => !env[each.variable])) {
  console.log(
    `\nNot run: the tests on ${service.name}. Set ${service.variable}, for example to ` +
      `${service.example}, to run them too.`,
  );
}
if (spawnSync('kcat', ['-V']).status !== 0) {
  console.log(
    '\nNot run: the tests with a Kafka broker. Install kcat, which plays one, to run them too.',
  );
}
process.exit(status ?? 1);
