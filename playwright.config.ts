import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';

/** Ports and data of its own, so that the test runs beside an open portal. */
const PORTS = {
  portal: 23000,
  backend: 27007,
  gateway: 24000,
  simulator: 24010,
};
const DATA_DIRECTORY = resolve(__dirname, '.data/browser-test');

// The workers read this file too; only the first process starts from an empty company.
if (!process.env.TEST_WORKER_INDEX) {
  rmSync(DATA_DIRECTORY, { recursive: true, force: true });
}

export default defineConfig({
  testDir: 'test/e2e-tests',
  timeout: 180_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 1,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME
    ? [['list'], ['json']]
    : [['list']],
  outputDir: 'test-results',
  use: {
    baseURL: `http://localhost:${PORTS.portal}`,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: 'node scripts/start.mjs --no-open',
    wait: { stdout: /Ready in \d+ s/ },
    timeout: 240_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
    stdout: 'pipe',
    env: {
      AI_MESH_PORTAL_PORT: String(PORTS.portal),
      AI_MESH_BACKEND_PORT: String(PORTS.backend),
      AI_MESH_GATEWAY_PORT: String(PORTS.gateway),
      AI_MESH_SIMULATOR_PORT: String(PORTS.simulator),
      AI_MESH_DATA_DIRECTORY: DATA_DIRECTORY,
      AI_MESH_DEMO_TRAFFIC: 'false',
    },
  },
});
