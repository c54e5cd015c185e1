import { describe, expect, it } from '@jest/globals'
import { roundHall } from '@onsale/domain'
import { HallPicture } from './hall-picture.js'

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal takes as colour
const bare = (line: string) => line.replace(/\u001b\[[0-9;]*m/g, '')

describe('the picture of a hall', () => {
  const plan = roundHall({ seats: 738 })
  const picture = new HallPicture(plan, { columns: 60, lines: 20 })

  it('fits, keeps proportions, and leaves the stage empty', () => {
    const lines = picture.draw(() => 'free').map(bare)
    expect(lines).toHaveLength(20)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(41)
    const middle = lines[10] as string
    expect(middle[Math.floor(middle.length / 2)]).toBe(' ')
    expect(lines.join('')).toMatch(/[▀▄]/)
  })

  it('shows what was sold', () => {
    const [seat] = plan.sections[0]!.rows[0]!.seats
    expect(picture.draw(() => 'free').join('')).not.toContain('5;71')
    expect(picture.draw((id) => (id === seat!.id ? 'sold' : 'free')).join('')).toContain('5;71')
  })
})
