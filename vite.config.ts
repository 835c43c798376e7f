import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { verifierPage } from './verifier/build.ts'

const worker = 'http://127.0.0.1:8787'

export default defineConfig({
  root: 'web',
  plugins: [react(), tailwindcss(), verifierPage()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'baseline-widely-available', manifest: true },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': worker, '/connect': { target: worker, ws: true }, '/health': worker, '/.well-known': worker },
  },
})
