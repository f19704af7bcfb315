// How every entry (npm start, npm test, weir) gets from whatever Node the machine has to a complete installation and a
// Node that runs TypeScript. Plain JavaScript that Node 20 understands, and no package: there may be none yet.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repositoryRoot = dirname(dirname(fileURLToPath(import.meta.url)))

/** The first Node that runs TypeScript sources as they are, without a flag. */
const nodeVersionMin = [22, 18]
const outputBytesMax = 64 * 1024 * 1024
/**
 * One Ctrl-C can arrive twice: the terminal signals everybody in its process group, and npm hands on what it got.
 * A person who means it twice takes longer.
 */
const sameSignalWithinMs = 400
/** A closed terminal asks to stop like everything else that does. */
const forwardedAs = { SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGHUP: 'SIGTERM', SIGQUIT: 'SIGQUIT' }

/**
 * Installs what is missing, runs `argumentList` on Node 24 and ends as it ends.
 * @param {readonly string[]} argumentList
 * @param {{ needsDevelopment: boolean }} options without it, an installation with `npm ci --omit=dev` will do
 */
export async function runOnNode24(argumentList, { needsDevelopment }) {
  ensureInstalled({ needsDevelopment })
  process.exitCode = await runToItsEnd(chooseNode(), argumentList)
}

/**
 * Runs npm when node_modules does not hold what package-lock.json asks for; says so in one line. `npm install` keeps to
 * the lock file too, and unlike `npm ci` it does not refuse one that lacks packages made for other platforms only.
 * @param {{ needsDevelopment: boolean }} options
 */
export function ensureInstalled({ needsDevelopment }) {
  if (isInstalled(needsDevelopment)) return
  process.stderr.write('weir: installing packages with npm, about half a minute ...\n')
  const argumentList = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const result = spawnSync('npm', argumentList, { cwd: repositoryRoot, encoding: 'utf8', maxBuffer: outputBytesMax })
  if (result.status === 0) {
    // npm is content; what it installed is used, although the lock file should be mended.
    if (!isInstalled(needsDevelopment))
      process.stderr.write('weir: package-lock.json does not fit the package.json files\n')
    return
  }
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  const reason = result.error?.message ?? `npm ended with ${result.signal ?? `code ${result.status}`}`
  fail(`npm install failed (${reason}); its words are above. Is the npm registry reachable? Then try again.`)
}

/**
 * npm writes what it installed into node_modules/.package-lock.json. Compared by content, not by time: a checkout or a
 * copy changes times. Packages for other platforms may be missing.
 */
function isInstalled(needsDevelopment) {
  const installed = readLockfile('node_modules/.package-lock.json')
  if (installed === undefined) return false
  const wanted = readLockfile('package-lock.json')
  if (wanted === undefined) return true
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const found = installed[path]
    if (found === undefined) return entry.optional || entry.devOptional || (entry.dev && !needsDevelopment)
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

function readLockfile(name) {
  try {
    return JSON.parse(readFileSync(join(repositoryRoot, name), 'utf8')).packages
  } catch {
    return undefined
  }
}

/** The Node 24 that npm installed beside the packages; where npm has none for this platform, this one if it will do. */
function chooseNode() {
  const own = join(repositoryRoot, 'node_modules', '.bin', 'node')
  if (existsSync(own) && spawnSync(own, ['--version']).status === 0) return own
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [majorMin, minorMin] = nodeVersionMin
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return process.execPath
  return fail(
    `Weir needs Node ${nodeVersionMin.join('.')} or newer, this is ${process.version}, ` +
      `and npm has no Node 24 for ${process.platform}-${process.arch}. Install Node 24 and try again.`,
  )
}

/**
 * The child has a process group of its own, so a signal reaches it in one way only: handed on from here, once.
 * @returns {Promise<number>} its exit code, or 128 + the number of the signal that ended it
 */
function runToItsEnd(node, argumentList) {
  return new Promise((resolve) => {
    const child = spawn(node, argumentList, { stdio: 'inherit', detached: true })
    const lastSentMs = new Map()
    for (const [received, sent] of Object.entries(forwardedAs)) {
      process.on(received, () => {
        const nowMs = performance.now()
        const isNew = nowMs - (lastSentMs.get(sent) ?? Number.NEGATIVE_INFINITY) > sameSignalWithinMs
        lastSentMs.set(sent, nowMs)
        if (isNew) child.kill(sent)
      })
    }
    child.once('error', (error) => fail(`${node} cannot be run: ${error.message}`))
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
}

/** @returns {never} */
function fail(message) {
  process.stderr.write(`weir: ${message}\n`)
  process.exit(1)
}
