// Adds up what the test runners wrote, and fails when a service answered but its tests did not run.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [directory] = process.argv.slice(2);
const read = name => {
  const file = join(directory, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
};

const jest = read('jest.json');
const browser = read('playwright.json');
const passed = (jest?.numPassedTests ?? 0) + (browser?.stats.expected ?? 0);
let failed =
  (jest?.numFailedTests ?? 0) +
  (jest?.numRuntimeErrorTestSuites ?? 0) +
  (browser?.stats.unexpected ?? 0);

const names = (jest?.testResults ?? []).flatMap(file =>
  file.assertionResults
    .filter(each => each.status === 'passed')
    .map(each => each.fullName),
);
const required = [
  {
    variable: 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
    name: 'Postgres',
    ran: names.some(each => /POSTGRES_15/i.test(each)),
  },
  {
    variable: 'AI_MESH_TEST_REDIS_URL',
    name: 'Redis',
    ran: names.some(each => /Redis:/.test(each)),
  },
];
for (const { variable, name, ran } of jest ? required : []) {
  if (process.env[variable] && !ran) {
    console.error(`${name} answers, but no test ran on it.`);
    failed += 1;
  }
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
