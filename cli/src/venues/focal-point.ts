import type { Point, PretixArea, PretixFile } from './pretix-file.js'

const stage = /stage|podium|bühne|scène|escenario|palco|scena|무대/i

/**
 * Where people look. A pretix plan doesn't say; taken is the first of these that exists:
 * 1. the centre of the drawn area whose text says stage, in one of some languages;
 * 2. the centre of the only drawn area, where no other is drawn: nobody draws what is not the stage alone;
 * 3. the centroid of all seats: right for a hall that surrounds its stage, too far back for one that faces it.
 */
export function focalPoint(file: PretixFile, seats: readonly Point[]): { point: Point; because: string } {
  const drawn = file.zones.flatMap((zone) => (zone.areas ?? []).map((area) => ({ area, zone: zone.position })))
  const said = drawn.find(({ area }) => stage.test(area.text?.text ?? ''))
  const alone = drawn.length === 1 ? drawn[0] : undefined
  const found = said ?? alone
  if (found) {
    const { x, y } = centreOf(found.area)
    const because = said ? 'the centre of the stage' : 'the centre of the only drawn area'
    return { point: rounded({ x: found.zone.x + x, y: found.zone.y + y }), because }
  }
  return { point: rounded(centroid(seats)), because: 'the centroid of all seats (no area says stage)' }
}

/** A rectangle hangs at its upper left corner, circles and ellipses at their middle, polygon points on the position. */
function centreOf(area: PretixArea): Point {
  const { x, y } = area.position ?? { x: 0, y: 0 }
  if (area.shape === 'rectangle' && area.rectangle)
    return { x: x + area.rectangle.width / 2, y: y + area.rectangle.height / 2 }
  if (area.shape === 'polygon' && area.polygon?.points.length) {
    const middle = centroid(area.polygon.points)
    return { x: x + middle.x, y: y + middle.y }
  }
  return { x, y }
}

function centroid(points: readonly Point[]): Point {
  const sum = points.reduce((total, point) => ({ x: total.x + point.x, y: total.y + point.y }), { x: 0, y: 0 })
  return { x: sum.x / points.length, y: sum.y / points.length }
}

const rounded = ({ x, y }: Point): Point => ({ x: hundredths(x), y: hundredths(y) })

/** To 1/100 of the plan's unit: canonical JSON should not carry the noise of additions. */
export const hundredths = (value: number) => Math.round(value * 100) / 100 + 0
