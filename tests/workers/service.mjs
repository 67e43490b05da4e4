// Runs a Worker with the double of its binding beside it: node service.mjs SCRIPT DOUBLE
import { Miniflare } from "miniflare";

const [script, double] = process.argv.slice(2);
const common = {
  modules: true,
  modulesRules: [{ type: "ESModule", include: ["**/*.mjs"] }],
  compatibilityDate: "2026-04-01",
  compatibilityFlags: ["enhanced_error_serialization"],
};
const service = { name: "mockgw-ai", entrypoint: "AI" };
const miniflare = new Miniflare({
  cf: false,
  workers: [
    { ...common, name: "worker", scriptPath: script, serviceBindings: { AI: service } },
    { ...common, name: "mockgw-ai", scriptPath: double },
  ],
});
console.log(String(await miniflare.ready));
