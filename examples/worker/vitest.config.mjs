import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

const mockgw = new URL(process.env.MOCKGW_URL ?? "http://127.0.0.1:8787");

export default defineConfig({
  plugins: [
    cloudflareTest({
      main: "./src/worker.mjs",
      miniflare: {
        compatibilityDate: "2026-04-01",
        ai: { binding: "AI", remoteProxyConnectionString: mockgw },
      },
    }),
  ],
  test: { include: ["test/*.spec.mjs"] },
});
