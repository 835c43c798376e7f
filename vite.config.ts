import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const worker = 'http://127.0.0.1:8787'

export default defineConfig({
  root: 'web',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    manifest: true,
    rolldownOptions: {
      output: {
        // What nearly every page shares comes in a few chunks instead of one for each module; none of it is in the entry.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'ui', test: /\/web\/ui\/|\/lucide-react\//, minShareCount: 2 },
            { name: 'contracts', test: /\/contract\.ts$/ },
            {
              name: 'queries',
              test: /\/web\/(session|features\/\w+)\/(queries|names|rule-text|inbox)\.ts$/,
              minShareCount: 2,
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
