import { createHash } from 'node:crypto'
import { type Html, html, trusted } from '../html/html.js'
import { SCRIPT } from './script.js'
import { STYLE } from './style.js'

/** One self-contained HTML file: its content policy forbids all requests and all scripts except its own. */
export function pageDocument(title: string, body: Html): string {
  const hash = createHash('sha256').update(SCRIPT).digest('base64')
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<div class="column">
${body}
</div>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.text
}
