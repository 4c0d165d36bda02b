import { focusCheck } from '../src/focus/focusCheck';

process.stdout.on('error', () => process.exit(1)); // whoever reads has seen enough: `… | head`

focusCheck(process.argv.slice(2), {
  out: text => process.stdout.write(text),
  error: text => process.stderr.write(text),
}).then(code => {
  process.exitCode = code;
});
