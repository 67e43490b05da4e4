// The options of a Miniflare whose env.AI is answered by mockgw:
//   import { Miniflare } from "miniflare";
//   const miniflare = new Miniflare(options);
// Miniflare 5 takes them by convertV4MiniflareOptions(options). In Vitest, `ai` stands in the
// options of cloudflareTest: { main: "./%script%", miniflare: { ai: options.ai } }.
export const options = {
  scriptPath: "%script%",
  modules: true,
  modulesRules: [{ type: "ESModule", include: ["**/*.js", "**/*.mjs"] }],
  compatibilityDate: "%date%",
  cf: false,
  ai: {
    binding: "AI",
    remoteProxyConnectionString: new URL("%url%/"),
  },
};
