module.exports = require('../../scripts/lint/createConfig').createConfig(
  __dirname,
);
