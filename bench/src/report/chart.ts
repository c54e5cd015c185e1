import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** One point of a line. */
export interface ChartPoint {
  line: string
  connections: number
  perSecond: number
}

/** Accepted answers a second by connections, a line for each who was measured, as SVG. */
export async function speedChart(points: ChartPoint[]): Promise<string> {
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    width: 640,
    height: 400,
    title: 'Accepted reservations a second',
    data: { values: points },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'connections', type: 'ordinal', title: 'connections', axis: { labelAngle: 0 } },
      y: { field: 'perSecond', type: 'quantitative', scale: { type: 'log' }, title: 'accepted a second (log)' },
      color: { field: 'line', type: 'nominal', title: null, sort: null, scale: { scheme: 'tableau20' } },
    },
  }
  const view = new View(parse(compile(spec).spec), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}
