// Runs a Worker in Miniflare until it is stopped: node miniflare.mjs SCRIPT MOCKGW_URL
import { Miniflare } from "miniflare";

const [script, mockgw] = process.argv.slice(2);
const miniflare = new Miniflare({
  scriptPath: script,
  modules: true,
  modulesRules: [{ type: "ESModule", include: ["**/*.mjs"] }],
  compatibilityDate: "2026-04-01",
  cf: false,
  ai: { binding: "AI", remoteProxyConnectionString: new URL(mockgw) },
});
console.log(String(await miniflare.ready));
