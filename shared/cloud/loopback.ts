/**
 * Whether a URL's host is this machine itself: the only place where plain HTTP may carry a signature or a token.
 *
 * @param hostname as `URL.hostname` has it, IPv6 addresses in brackets
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
