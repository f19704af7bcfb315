import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { configurationTable } from './configuration-table.ts'

const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')

/** A formatter may align the columns; that changes no content. */
const withoutPadding = (line: string) => line.replace(/ {2,}/g, ' ').replace(/-{3,}/g, '---')

it('docs/configuration.md lists exactly the settings that there are', () => {
  const lines = page.split('\n').filter((line) => line.startsWith('|'))
  const table = lines.map((line) => `${withoutPadding(line)}\n`).join('')
  const right = configurationTable()
  expect(table, `the table of docs/configuration.md should be:\n\n${right}`).toBe(right)
})
