// Portkey's gateway as it is, in a process that answers for its CPU time. Started by startPortkey.
import { pathToFileURL } from 'node:url';
import { reportReady } from '../../../harness/childProcess';
import { untilListening } from './untilListening';

async function main() {
  await import(pathToFileURL(process.env.PORTKEY_SCRIPT ?? '').href);
  await untilListening(Number(process.env.PORTKEY_PORT));
  reportReady({});
}

void main();
