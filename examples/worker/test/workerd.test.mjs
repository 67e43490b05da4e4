// The Worker in plain workerd, as config.capnp sets it up.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

const mockgw = new URL(process.env.MOCKGW_URL ?? "http://127.0.0.1:8787").host;
let workerd;
let url;

before(async () => {
  const command = ["serve", "config.capnp", "--control-fd=1"];
  const addresses = [`--external-addr=mockgw=${mockgw}`, "--socket-addr=http=127.0.0.1:0"];
  workerd = spawn("node_modules/.bin/workerd", [...command, ...addresses], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  for await (const line of createInterface(workerd.stdout)) {
    url = `http://127.0.0.1:${JSON.parse(line).port}`;
    break;
  }
});

// The program is a process of its launcher, and ends with the group.
after(() => process.kill(-workerd.pid));

test("the pro model answers as its page shows", async () => {
  const answer = await (await fetch(`${url}/usage`)).json();

  assert.equal(answer.usage.total_tokens, 308);
  assert.match(answer.output[1].content[0].text, /^The \*\*three laws of thermodynamics\*\* are:/);
});

test("the chat model streams", async () => {
  const stream = await (await fetch(`${url}/chat?stream`)).text();

  assert.match(stream, /"object":"chat\.completion\.chunk"/);
  assert.ok(stream.endsWith("data: [DONE]\n\n"));
});
