#![doc = include_str!("../README.md")]
//!
//! # Map of the crate
//!
//! | module | holds |
//! |---|---|
//! | `builder` | options, their defaults and bounds, checked together |
//! | `publisher`, `gauge` | the handles a program holds |
//! | `shared`, `ring`, `series` | what handles and the background thread share: the bounded queue, the names |
//! | `sample` | what this process uses: procfs, sysinfo, the allocator |
//! | `ffi` | the C functions without a safe wrapper, the crate's only unsafe code |
//! | `batch` | samples → messages, pure |
//! | `publish` | the background thread: delivery (a pure state machine), connection, hello and bye |
//! | `monitor` | tell me when that source is gone; behind the feature `monitor` |
//! | `stats`, `error` | internal metrics; what is refused and why |
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod batch;
#[doc(hidden)]
pub mod bench;
mod builder;
mod error;
#[cfg(unix)]
mod ffi;
mod gauge;
#[cfg(feature = "monitor")]
pub mod monitor;
mod publish;
mod publisher;
mod random;
mod ring;
mod sample;
mod series;
mod shared;
mod stats;

pub use builder::{
    Delivery, INTERVAL_DEFAULT, INTERVAL_MAX, INTERVAL_MIN, OnSigterm, PublisherBuilder, QUEUE_DEFAULT, QUEUE_MAX,
    check_url,
};
pub use error::{ErrorKind, Mistake, PublisherError};
pub use gauge::Gauge;
pub use publish::announce_byes;
pub use publisher::Publisher;
pub use sample::{ProcessMetric, ProcessSampling, Units};
pub use series::Naming;
pub use stats::{State, Stats};

/// The wire: channel, source id, epoch, timestamp, hello and bye.
pub use eontide_wire as wire;
