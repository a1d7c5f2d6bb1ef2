/** Search, filter and sorting for the lists of questions. The page is complete without it. */
export const SCRIPT = `
for (const list of document.querySelectorAll('[data-list]')) {
  const tools = list.querySelector('.tools')
  const [search, choice, output] = ['input', 'select', 'output'].map((name) => tools.querySelector(name))
  const body = list.querySelector('tbody')
  const rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase(), kind: row.dataset.kind }))
  const show = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
    let shown = 0
    for (const { row, text, kind } of rows) {
      row.hidden = !((choice.value === '' || kind === choice.value) && words.every((word) => text.includes(word)))
      if (!row.hidden) shown += 1
    }
    output.value = shown + ' of ' + rows.length + ' shown'
  }
  search.addEventListener('input', show)
  choice.addEventListener('change', show)
  show()
  tools.hidden = false
  for (const [column, header] of [...list.querySelectorAll('thead th')].entries()) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = header.textContent
    header.replaceChildren(button)
    button.addEventListener('click', () => {
      const direction = header.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending'
      for (const other of list.querySelectorAll('thead th')) other.removeAttribute('aria-sort')
      header.setAttribute('aria-sort', direction)
      const sign = direction === 'ascending' ? 1 : -1
      const key = ({ row }) => {
        const text = row.cells[column].textContent
        const number = Number.parseFloat(text.replace('\\u2212', '-'))
        return header.classList.contains('figure') ? (Number.isNaN(number) ? -Infinity : number) : text
      }
      const order = rows.map((entry) => ({ entry, key: key(entry) }))
      order.sort((a, b) => sign * (typeof a.key === 'number' ? (a.key === b.key ? 0 : a.key - b.key) : a.key.localeCompare(b.key)))
      body.replaceChildren(...order.map(({ entry }) => entry.row))
    })
  }
}
`
