export * from "./kernel/index.js"
export * from "./kafka/index.js"
