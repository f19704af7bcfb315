/** The settings as the Markdown table of `docs/configuration.md`; a test keeps the two equal. */
import type { Setting } from './setting.ts'
import { settings } from './settings.ts'

const COLUMNS = ['setting', 'default', 'range, unit', 'used by', 'meaning']

export function configurationTable(): string {
  const rows = Object.entries<Setting>(settings).map(([name, setting]) => [
    `\`${name}\`${setting.secret === true ? ' (secret)' : ''}`,
    defaultText(setting),
    setting.allowed,
    setting.usedBy.join(', '),
    setting.description,
  ])
  return [COLUMNS, COLUMNS.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

function defaultText(setting: Setting): string {
  if (setting.required === true) return 'required'
  if (setting.sameAs !== undefined) return `as \`${setting.sameAs}\``
  return setting.default === undefined || setting.default === '' ? 'not set' : `\`${setting.default}\``
}
