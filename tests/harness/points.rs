//! Points by series, from whatever source: the common form in which two views of one channel are compared.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use eontide_wire::{Timestamp, decode};
use futures_util::StreamExt;
use serde_json::Value;

use crate::nats::NatsServer;

/// `(x in µs, value or gap)` of each series, in the order received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Points(pub BTreeMap<String, Vec<(i64, Option<Bits>)>>);

/// A value, compared bit for bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bits(u64);

impl Bits {
    /// `None` for a gap.
    pub fn of(value: f64) -> Option<Self> {
        (!value.is_nan()).then(|| Self(value.to_bits()))
    }

    /// The value.
    pub fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// Milliseconds with three decimals are microseconds.
pub fn micros(ms: f64) -> i64 {
    (ms * 1000.0).round() as i64
}

impl Points {
    /// Adds one point.
    pub fn push(&mut self, name: &str, x_us: i64, value: f64) {
        self.0.entry(name.to_owned()).or_default().push((x_us, Bits::of(value)));
    }

    /// Adds the blocks of an answer or a frame.
    pub fn push_blocks(&mut self, blocks: &Value) {
        for block in blocks.as_array().unwrap() {
            let columns = block["columns"].as_array().unwrap();
            let x = columns.iter().find(|column| column[0] == "x").unwrap().as_array().unwrap();
            for column in columns.iter().filter(|column| column[0] != "x") {
                let values = column.as_array().unwrap();
                assert_eq!(values.len(), x.len());
                for (x, value) in x.iter().zip(values).skip(1) {
                    self.push(
                        values[0].as_str().unwrap(),
                        micros(x.as_f64().unwrap()),
                        value.as_f64().unwrap_or(f64::NAN),
                    );
                }
            }
        }
    }

    /// Sorted within each series; equal times by value, for sources that do not agree on their order.
    pub fn sorted(mut self) -> Self {
        for points in self.0.values_mut() {
            points.sort_unstable();
        }
        self
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// No point at all?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Only points up to `x_us`.
    pub fn until(mut self, x_us: i64) -> Self {
        for points in self.0.values_mut() {
            points.retain(|(x, _)| *x <= x_us);
        }
        self.0.retain(|_, points| !points.is_empty());
        self
    }

    /// Fails with the first difference, not with two huge tables.
    #[track_caller]
    pub fn assert_same(&self, other: &Self, what: &str) {
        let names = |points: &Self| points.0.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(self), names(other), "{what}: series differ");
        for (name, points) in &self.0 {
            let others = &other.0[name];
            let differs = points.iter().zip(others).position(|(a, b)| a != b);
            if let Some(at) = differs {
                panic!("{what}: {name} differs at {at}: {:?} and {:?}", points[at], others[at]);
            }
            assert_eq!(points.len(), others.len(), "{what}: {name}: number of points");
        }
    }
}

/// A plain subscriber of the channel: what was published, seen by any NATS client.
#[derive(Debug)]
pub struct Subscriber {
    seen: Arc<Mutex<Points>>,
    task: tokio::task::JoinHandle<()>,
}

impl Subscriber {
    /// Subscribes; returns once the server knows.
    pub async fn start(server: &NatsServer, channel: &str) -> Self {
        let client = server.client().await;
        let mut messages = client.subscribe(format!("eon.{channel}")).await.unwrap();
        client.flush().await.unwrap();
        let seen: Arc<Mutex<Points>> = Arc::default();
        let kept = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Some(message) = messages.next().await {
                let Ok(message) = decode(&message.payload, Timestamp::now()) else { continue };
                let mut kept = kept.lock().unwrap();
                for block in &message.blocks {
                    for (name, values) in block.columns() {
                        for (x, value) in block.x.iter().zip(values) {
                            kept.push(name, x.as_micros(), *value);
                        }
                    }
                }
            }
        });
        Self { seen, task }
    }

    /// What was seen so far.
    pub fn points(&self) -> Points {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.task.abort();
    }
}
