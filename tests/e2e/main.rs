//! End to end: real nats-server, real bridge, real publishers, viewers that compare every point with what a plain NATS
//! subscriber saw. Each test has its own server on a free port.

#![allow(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

mod aggregates;
mod alerts;
mod api;
mod bad_input;
mod chaos;
mod clients;
mod cross_origin;
mod demo;
mod density;
mod exactness;
mod export;
mod facade;
mod facade_clients;
mod faults;
mod guarded;
mod history;
mod hostile;
mod import;
mod messages;
mod monitor_client;
mod monitors;
mod openapi;
mod packed;
mod partition;
mod past;
mod presence;
mod prometheus;
mod prometheus_queries;
mod ranking;
mod sources_asked;
mod spawned;
mod startup;
mod subscriptions;
mod support;
mod viewers;
mod waiting;
