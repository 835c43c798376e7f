import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { verifierPage } from './verifier/build.ts'

const worker = 'http://127.0.0.1:8787'

export default defineConfig({
  root: 'web',
  plugins: [react(), tailwindcss(), verifierPage()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    manifest: true,
    rolldownOptions: {
      output: {
        // Every lazy page names what to load with it, so the names of all chunks stand in the entry: short ones.
        chunkFileNames: 'assets/[hash:7].js',
        // What no page does without is one file: smaller than its parts, and named once.
        codeSplitting: {
          groups: [
            {
              name: 'frame',
              test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack\/(react-router|router-core|history|react-store|store))\//,
            },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': worker, '/connect': { target: worker, ws: true }, '/health': worker, '/.well-known': worker },
  },
})
