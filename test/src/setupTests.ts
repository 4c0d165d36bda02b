// A whole installation starts in some ten seconds, and more slowly beside other tests.
jest.setTimeout(180_000);
