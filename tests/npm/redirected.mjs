// Some packages have the hosts of Cloudflare written into them: they are led here by `fetch` alone.
export const base = process.env.MOCKGW_URL;
const real = globalThis.fetch;
const hosts = ["https://api.cloudflare.com", "https://gateway.ai.cloudflare.com"];

export function redirected(url, init) {
  const host = hosts.find((one) => String(url).startsWith(one));
  if (host === undefined) throw new Error(`${url} is none of the gateway's`);
  return real(base + String(url).slice(host.length), init);
}

export async function told(thunk) {
  try {
    return await thunk();
  } catch (error) {
    return {
      error: error.constructor.name,
      status: error.status ?? error.statusCode ?? null,
      codes: (error.errors ?? []).map((one) => one.code),
      message: error.message,
    };
  }
}
