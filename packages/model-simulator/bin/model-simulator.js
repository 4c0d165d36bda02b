#!/usr/bin/env node

const { existsSync } = require('node:fs');
const { resolve } = require('node:path');

// In the repository the sources run as they are; the published package has only dist.
// eslint-disable-next-line no-restricted-syntax
const isRepository = existsSync(resolve(__dirname, '../src'));

function load() {
  if (!isRepository) return require('..');
  require('@backstage/cli/config/nodeTransform.cjs');
  return require('../src');
}

load()
  .runCommandLine(process)
  .then(code => {
    process.exitCode = code;
  });
