import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { showSlice } from '../slice/show-slice.js'
import { publishShowRequest, publishShowResponse } from './request.js'

export const publishShow = showSlice({
  command: recordName.PublishShow,
  accepting: recordName.ShowPublished,
  path: 'publish',
  operationId: 'publish',
  request: publishShowRequest,
  response: publishShowResponse,
  body: ({ publishedAt }) => ({
    publishedAt: isoTime(publishedAt),
  }),
  summary: 'Publish a show',
  description:
    'Lets a show that was scheduled with `publish: false` be sold, from `salesFrom` on. For the roles organizer and admin. Refused: `show-not-found` 404; `show-already-published`, `show-cancelled` 409.',
  done: 'Published',
})
