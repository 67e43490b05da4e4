// A Worker that stands in for env.AI under `wrangler dev`, where the binding itself needs a login.
// Save it as mockgw/ai.mjs, beside it mockgw/wrangler.jsonc:
//   {
//     "name": "mockgw-ai",
//     "main": "ai.mjs",
//     "compatibility_date": "%date%",
//     "compatibility_flags": ["enhanced_error_serialization"]
//   }
// In an environment of your own wrangler.jsonc, in place of "ai" and with the same flag:
//   "services": [{ "binding": "AI", "service": "mockgw-ai", "entrypoint": "AI" }]
// Then: wrangler dev -c wrangler.jsonc -c mockgw/wrangler.jsonc
import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

const MOCKGW = "%url%";

export class AI extends WorkerEntrypoint {
  async run(model, inputs, options = {}) {
    const { prefix, extraHeaders, sessionOptions, signal, ...sent } = options;
    const path = options.gateway?.id ? "/ai-gateway/run" : "/run";
    const response = await fetch(`${MOCKGW}${path}?version=3`, {
      method: "POST",
      headers: {
        ...sessionOptions?.extraHeaders,
        ...extraHeaders,
        "content-type": "application/json",
        "cf-consn-model-id": prefix ? `${prefix}:${model}` : model,
      },
      body: JSON.stringify({ inputs, options: sent }),
    });
    if (options.returnRawResponse) return response;
    if (!response.ok) throw await inferenceError(response);
    const isObject = response.headers.get("content-type") === "application/json";
    return isObject ? response.json() : response.body;
  }

  async models(params = {}) {
    const query = new URLSearchParams(params);
    return resultOf(await fetch(`${MOCKGW}/ai-api/models/search?${query}`), "AiInternalError");
  }

  gateway(id) {
    return new Gateway(id);
  }
}

// How the options of gateway(id).run travel.
const HEADERS = {
  skipCache: "cf-aig-skip-cache",
  cacheTtl: "cf-aig-cache-ttl",
  cacheKey: "cf-aig-cache-key",
  metadata: "cf-aig-metadata",
  collectLog: "cf-aig-collect-log",
  eventId: "cf-aig-event-id",
  requestTimeoutMs: "cf-aig-request-timeout",
  maxAttempts: "cf-aig-max-attempts",
  retryDelayMs: "cf-aig-retry-delay",
  backoff: "cf-aig-backoff",
};

class Gateway extends RpcTarget {
  #id;

  constructor(id) {
    super();
    this.#id = id;
  }

  get #url() {
    return `${MOCKGW}/ai-gateway/gateways/${this.#id}`;
  }

  async getUrl(provider = "universal") {
    const { url } = await resultOf(await fetch(`${this.#url}/url/${provider}`));
    return url;
  }

  async getLog(id) {
    const log = await resultOf(await fetch(`${this.#url}/logs/${id}`));
    return { ...log, created_at: new Date(log.created_at) };
  }

  async patchLog(id, data) {
    const body = JSON.stringify(data);
    const headers = { "content-type": "application/json" };
    await resultOf(await fetch(`${this.#url}/logs/${id}`, { method: "PATCH", headers, body }));
  }

  run(data, { gateway: { retries, ...gateway } = {}, extraHeaders } = {}) {
    const steps = (Array.isArray(data) ? data : [data]).map((step) => ({
      ...step,
      headers: spelled(Object.entries(step.headers)),
    }));
    const options = Object.entries({ ...gateway, ...retries }).filter(([name]) => name in HEADERS);
    const headers = spelled(options.map(([name, value]) => [HEADERS[name], value]));
    return fetch(`${MOCKGW}/ai-gateway/universal/run/${this.#id}`, {
      method: "POST",
      headers: { ...headers, ...extraHeaders, "content-type": "application/json" },
      body: JSON.stringify(steps),
    });
  }
}

function spelled(entries) {
  const text = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
  return Object.fromEntries(entries.map(([name, value]) => [name, text(value)]));
}

async function inferenceError(response) {
  const text = await response.text();
  const error = new Error(text);
  error.name = "InferenceUpstreamError";
  try {
    const { internalCode, description, name } = JSON.parse(text);
    if (internalCode) Object.assign(error, { message: `${internalCode}: ${description}`, name });
  } catch {}
  return error;
}

async function resultOf(response, name = "AiGatewayInternalError") {
  const told = await response.json();
  if (response.ok) return told.result;
  const error = new Error(told.errors?.[0]?.message ?? "Internal Error");
  error.name = response.status === 404 && name !== "AiInternalError" ? "AiGatewayLogNotFound" : name;
  throw error;
}

export default { fetch: () => new Response("This Worker is for service bindings.\n") };
