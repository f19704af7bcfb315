// Which packages are fetched, read from what apt-get says it would install.

import { expect, it } from 'vitest'
import { readInstallPlan } from './redis-from-apt.ts'

it('takes the package and every library that the machine lacks', () => {
  const simulation = [
    'The following NEW packages will be installed:',
    '  libjemalloc2 liblzf1 redis-tools',
    'Inst libjemalloc2 (5.3.0-1 Debian:12.15/oldstable [amd64])',
    'Inst liblzf1 (3.6-3 Debian:12.15/oldstable [amd64])',
    'Inst redis-tools (5:7.0.15-1~deb12u10 Debian-Security:12/oldstable-security [amd64])',
    'Conf redis-tools (5:7.0.15-1~deb12u10 Debian-Security:12/oldstable-security [amd64])',
  ].join('\n')
  expect(readInstallPlan(simulation, 'redis-tools')).toEqual({
    kind: 'packages',
    names: ['libjemalloc2', 'liblzf1', 'redis-tools'],
  })
})

it('takes a package again that is installed without its server', () => {
  const simulation = 'Inst redis-tools [5:7.0.15-1~deb12u7] (5:7.0.15-1~deb12u10 Debian-Security:12 [amd64])'
  expect(readInstallPlan(simulation, 'redis-tools')).toEqual({ kind: 'packages', names: ['redis-tools'] })
})

it('refuses a Redis that is too old, by its version', () => {
  const simulation = 'Inst redis-tools (5:6.0.16-1ubuntu1 Ubuntu:22.04/jammy [amd64])'
  expect(readInstallPlan(simulation, 'redis-tools')).toEqual({ kind: 'too-old', version: '6.0.16-1ubuntu1' })
})

it('finds nothing where apt-get knows no such package', () => {
  expect(readInstallPlan('Reading package lists...', 'redis-tools')).toEqual({ kind: 'unavailable' })
})
