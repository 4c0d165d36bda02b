import { spawn } from 'node:child_process';

const OPENERS = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };

/** Shows the portal to whoever sits at a desktop; does nothing on a server, in CI or in a pipe. */
export function openBrowser(url) {
  const hasDesktop =
    process.platform in OPENERS ||
    Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  if (!process.stdout.isTTY || process.env.CI || !hasDesktop) return;
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], {
    stdio: 'ignore',
    detached: true,
  });
  child.on('error', () => {}); // no opener: the address stands in the banner
  child.unref();
}
