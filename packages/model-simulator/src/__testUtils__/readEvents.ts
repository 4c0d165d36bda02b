/** One event of a stream, as it stood on the wire. */
export interface ReadEvent {
  /** Undefined for an event without a name. */
  name: string | undefined;
  data: string;
}

/** Takes a whole stream apart into its events. */
export function readEvents(stream: string): ReadEvent[] {
  return stream
    .split('\n\n')
    .filter(event => event !== '')
    .map(event => {
      const lines = event.split('\n');
      const field = (name: string) =>
        lines
          .find(line => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      return { name: field('event'), data: field('data') ?? '' };
    });
}
