/** Tells the parent that this process serves, and answers its questions about CPU time. */
export function reportReady(ready: unknown): void {
  process.on('message', message => {
    if (message === 'cpu') process.send?.({ cpu: process.cpuUsage() });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ ready });
}
