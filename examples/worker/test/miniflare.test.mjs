// The Worker in Miniflare, whose option `ai` asks mockgw.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Miniflare } from "miniflare";

let miniflare;

before(() => {
  miniflare = new Miniflare({
    scriptPath: "src/worker.mjs",
    modules: true,
    modulesRules: [{ type: "ESModule", include: ["**/*.mjs"] }],
    compatibilityDate: "2026-04-01",
    cf: false,
    ai: {
      binding: "AI",
      remoteProxyConnectionString: new URL(process.env.MOCKGW_URL ?? "http://127.0.0.1:8787"),
    },
  });
});

after(() => miniflare.dispose());

test("an answer that ran out of tokens is incomplete", async () => {
  const answer = await (await miniflare.dispatchFetch("http://worker/multiTurn")).json();

  assert.equal(answer.status, "incomplete");
  assert.deepEqual(answer.incomplete_details, { reason: "max_output_tokens" });
});

test("the pro model streams", async () => {
  const stream = await (await miniflare.dispatchFetch("http://worker/temperature?stream")).text();

  assert.match(stream, /^event: response\.created\n/);
  assert.match(stream, /event: response\.completed\n/);
});
