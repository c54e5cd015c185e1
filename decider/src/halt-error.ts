/** Going on would break a promise: an operator has to look. The owner keeps the partition and does nothing with it. */
export class HaltError extends Error {}
