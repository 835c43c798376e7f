import { expect, test } from 'vitest'
import { formatTraceparent, newSpanId, newTraceId, parseTraceparent } from '../../worker/platform/traceparent.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentId = '00f067aa0ba902b7'

test('the header of the specification is read, and one of a later version as far as it is known', () => {
  for (const header of [
    `00-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-00`,
    `00-${traceId}-${parentId}-ff`,
    `cc-${traceId}-${parentId}-01`,
    `cc-${traceId}-${parentId}-01-what-the-future-will-be-like`,
  ])
    expect([header, parseTraceparent(header)]).toEqual([header, { traceId, parentId }])
})

test('what is no header leaves no trace', () => {
  for (const header of [
    undefined,
    '',
    `00-${traceId}-${parentId}`,
    `00-${traceId}-${parentId}-01-more`,
    `00-${traceId}-${parentId}-1`,
    `ff-${traceId}-${parentId}-01`,
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${parentId}-01`,
    `00-${traceId}-${parentId}-01 `,
    `cc-${traceId}-${parentId}-01.more`,
    `00-${traceId.slice(1)}-${parentId}-01`,
  ])
    expect([header, parseTraceparent(header)]).toEqual([header, null])
})

test('what we name ourselves can be read by others', () => {
  for (let round = 0; round < 100; round += 1) {
    const [trace, span] = [newTraceId(), newSpanId()]
    expect(parseTraceparent(formatTraceparent(trace, span))).toEqual({ traceId: trace, parentId: span })
  }
})
