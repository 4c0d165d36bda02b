import { ReceivedRequests } from './ReceivedRequests';

function keep(capacity: number, count: number): string {
  const received = new ReceivedRequests(capacity);
  for (let number = 0; number < count; number++) {
    received.add({
      requestId: String(number),
      method: 'POST',
      url: '/',
      headers: {},
      body: Buffer.alloc(0),
    });
  }
  return received
    .newest()
    .map(each => each.requestId)
    .join();
}

describe('ReceivedRequests', () => {
  it.each([
    [0, 5, ''],
    [2, 1, '0'],
    [2, 3, '1,2'],
    [2, 9, '7,8'],
  ])('of %d places keeps of %d requests %s', (capacity, count, kept) => {
    expect(keep(capacity, count)).toBe(kept);
  });
});
