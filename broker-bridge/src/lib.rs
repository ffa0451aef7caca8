//! The bridge between one NATS channel and many browsers: INGEST → STORE → FAN-OUT.
//!
//! | module | does |
//! |---|---|
//! | [`options`] | flags, environment, defaults; checked all at once |
//! | [`archive`] | when the history on disk is read, written, looked through |
//! | [`bridge`] | starts everything, waits, stops everything in order |
//! | [`pipeline`] | the page to read first: what happens to a message |
//! | [`ingest`] | reads the streams, in order, each message once |
//! | [`store`] | the points of every series, for the window of history |
//! | [`presence`] | which sources are there, since when, and why not |
//! | `transitions` | which sources came and went, published for anybody |
//! | `monitors` | who wants to be told that a source is gone, and is, at a bounded rate |
//! | [`fanout`] | one log, one frame per distinct view, a cursor per viewer |
//! | [`http`] | page, API, WebSocket, on our own accept loop |
//! | [`broker`] | NATS: a server that answers, or one of our own; the streams |
//! | `halves` | a large answer on two cores |
//! | [`clock`], [`internal_metrics`], [`error`] | time at the edge, our own counters, what can go wrong |
//!
//! Dependencies point one way: `main → bridge → {http, pipeline} → stages → {clock, internal_metrics, error} → wire`.
//! The bridge is a program; this library exists for its tests and benchmarks and promises no stability.
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod alerts;
pub mod archive;
pub mod bridge;
pub mod broker;
pub mod clock;
pub mod error;
pub mod fanout;
mod halves;
pub mod http;
pub mod ingest;
pub mod internal_metrics;
mod monitors;
pub mod options;
pub mod pipeline;
pub mod presence;
pub mod store;
mod transitions;
