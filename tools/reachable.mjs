import net from "node:net";

/**
 * True where a connection to the address opens within `ms`. In plain JavaScript, because the bootstrap uses it too.
 * @param {string} url
 * @param {number} ms
 * @returns {Promise<boolean>}
 */
export function reachable(url, ms) {
  return new Promise((resolve) => {
    const { hostname, port, protocol } = new URL(url);
    const socket = net.connect({ host: hostname, port: Number(port) || (protocol === "http:" ? 80 : 443) });
    const answer = (value) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(value);
    };
    const timer = setTimeout(() => answer(false), ms);
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
  });
}
