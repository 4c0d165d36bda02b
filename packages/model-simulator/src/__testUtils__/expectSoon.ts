/** The server hears of a closed connection only when the event loop turns: asks again until it has. */
export async function expectSoon(check: () => void): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    try {
      check();
      return;
    } catch {
      await new Promise(setImmediate);
    }
  }
  check();
}
