import { defineConfig } from 'vite';

// Names carry a hash, so that a browser may keep a file for a year; the server reads the manifest.
export default defineConfig({
  base: '/static/build/',
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: '../src/parvis/server/static/build',
    emptyOutDir: true,
    manifest: 'manifest.json',
    // Fonts and pictures stay files: the content policy allows no data: address.
    assetsInlineLimit: 0,
    modulePreload: false,
    // The map's engine is one file of that size, fetched on the page of the map alone.
    chunkSizeWarningLimit: 1200,
    target: 'es2022',
    rollupOptions: {
      // htmx holds an eval that our pages switch off (allowEval: false); every other warning is told.
      onwarn(warning, tell) {
        if (warning.code !== 'EVAL' || !warning.message.includes('htmx.org')) tell(warning);
      },
      input: {
        main: 'src/main.ts',
        live: 'src/live.ts',
        alerts: 'src/alerts.ts',
        rules: 'src/rules.ts',
        channels: 'src/channels.ts',
        history: 'src/history.ts',
        map: 'src/map.ts',
        place: 'src/place.ts',
        ground: 'src/ground.ts',
        place_edit: 'src/place_edit.ts',
        camera: 'src/camera.ts',
        editor: 'src/editor.ts',
        count: 'src/count.ts',
        check: 'src/check.ts',
      },
    },
  },
});
