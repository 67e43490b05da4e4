import Cloudflare from "cloudflare";
import { base, told } from "./redirected.mjs";

const client = new Cloudflare({ baseURL: `${base}/client/v4`, apiToken: "any" });
const account_id = "acc";
const messages = [{ role: "user", content: "Name a lake." }];
const gateway = {
  account_id,
  cache_invalidate_on_update: false,
  cache_ttl: 300,
  collect_logs: true,
  rate_limiting_interval: 0,
  rate_limiting_limit: 0,
};
async function all(pages, name) {
  const found = [];
  for await (const one of pages) found.push(one[name]);
  return found;
}
const { aiGateway } = client;
const answers = {
  completion: await client.ai.run("openai/gpt-5.5", { account_id, messages }),
  response: await client.ai.run("openai/gpt-5.5-pro", { account_id, input: "Name a lake." }),
  refused: await told(() => client.ai.run("openai/gpt-5.5-pro", { account_id, messages })),
  models: await all(client.ai.models.list({ account_id, per_page: 3 }), "name"),
  schema: await client.ai.models.schema.get({ account_id, model: "openai/gpt-5.5" }),
  made: await aiGateway.create({ ...gateway, id: "npm" }),
  changed: await aiGateway.update("npm", { ...gateway, cache_ttl: 60 }),
  gateways: await all(aiGateway.list({ account_id }), "id"),
  got: await aiGateway.get("npm", { account_id }),
  url: await aiGateway.urls.get("openai", { account_id, gateway_id: "npm" }),
  logs: await all(aiGateway.logs.list("npm", { account_id }), "id"),
  missing: await told(() => aiGateway.logs.get("none", { account_id, gateway_id: "npm" })),
  deleted: await aiGateway.delete("npm", { account_id }),
  gone: await told(() => aiGateway.get("npm", { account_id })),
};
console.log(JSON.stringify(answers));
