/**
 * The colours of charts and page (COLOUR), light and dark. Right, wrong and refused are blue, orange and grey with
 * different lightness, so that they can be distinguished with any kind of colour blindness and in print.
 */
export const THEME = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1a1f26; --quiet: #57616d; --line: #dde2e7; --panel: #f5f7f9; --link: #1b5e9b;
  --right: #1b5e9b; --on-right: #ffffff;
  --wrong: #d4652a; --on-wrong: #1a0f08;
  --refused: #939ca6; --on-refused: #10151a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --ink: #e4e8ec; --quiet: #9ca6b1; --line: #2c333b; --panel: #1b2027; --link: #7db9f0;
    --right: #63a8e6; --on-right: #0a141d;
    --wrong: #e8884f; --on-wrong: #1a0c04;
    --refused: #848e9a; --on-refused: #0d1117;
  }
}
`
