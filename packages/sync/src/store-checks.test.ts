// Goal: a store that is down is waited for; one that is up and unfit stops the start, and later is told and asked again.
import { StoreError } from '@weir/accumulator'
import { expect, it } from 'vitest'
import { StoreChecks } from './store-checks.ts'

const DOWN = new StoreError('WEIR_STORE_UNREACHABLE', 'nobody listens')
const UNMIGRATED = new StoreError('WEIR_NOT_MIGRATED', 'run weir migrate')

function bench() {
  const told: string[] = []
  let fault: Error | undefined
  let asked = 0
  const check = async () => {
    asked += 1
    if (fault !== undefined) throw fault
  }
  const checks = new StoreChecks([{ name: 'PostgreSQL', check }], (name, error) =>
    told.push(`${name}: ${error?.message ?? 'fit'}`),
  )
  return { checks, told, fail: (error: Error | undefined) => (fault = error), asked: () => asked }
}

it('a store that is down at the start is named as the reason, and asked again until it is fit', async () => {
  const { checks, told, fail, asked } = bench()
  fail(DOWN)
  await checks.ask({ throwUnfit: true })
  await checks.ask({ throwUnfit: false })
  expect(checks.areFit).toBe(false)
  expect(checks.reasons).toEqual(['PostgreSQL: nobody listens'])
  fail(undefined)
  await checks.ask({ throwUnfit: false })
  await checks.ask({ throwUnfit: false })
  expect(checks.areFit).toBe(true)
  expect(told).toEqual(['PostgreSQL: nobody listens', 'PostgreSQL: fit'])
  expect(asked()).toBe(3)
})

it('a store that is up and unfit stops the start with its own error', async () => {
  const { checks, fail } = bench()
  fail(UNMIGRATED)
  await expect(checks.ask({ throwUnfit: true })).rejects.toBe(UNMIGRATED)
})

it('a store that comes up unfit later is told once, and keeps the rounds away', async () => {
  const { checks, told, fail } = bench()
  fail(DOWN)
  await checks.ask({ throwUnfit: true })
  fail(UNMIGRATED)
  await checks.ask({ throwUnfit: false })
  await checks.ask({ throwUnfit: false })
  expect(checks.areFit).toBe(false)
  expect(checks.fault).toBe(UNMIGRATED)
  expect(told).toEqual(['PostgreSQL: nobody listens', 'PostgreSQL: run weir migrate'])
})
