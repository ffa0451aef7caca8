//! Snapshot and update of a density view.

use std::io::Write;

use super::super::frame::push_prelude;
use super::super::{Position, SourceState, binary};
use super::{Column, write_varint, zigzag};
use crate::Timestamp;
use crate::number::{push_integer, push_scaled, push_string, push_value};

/// Quantiles that stand beside a column's buckets in JSON.
const QUANTILES: [(&str, f64); 5] = [("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)];

/// The columns of one metric, in order of time; those without a value are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetricColumns {
    /// What is measured.
    pub metric: String,
    /// Series of it; 0 in an update.
    pub series: u64,
    /// The begin of each step, and what was in it.
    pub columns: Vec<(Timestamp, Column)>,
}

/// Which frame carries the columns.
#[derive(Clone, Copy, Debug)]
pub enum DensityKind {
    /// All columns of the window.
    Snapshot {
        /// Length of the window.
        window_ms: u64,
        /// Number of sources up and down.
        sources: [usize; 2],
    },
    /// Columns that add to those the viewer has.
    Update {
        /// Messages of the stream that have values in it.
        messages: u64,
    },
}

/// A snapshot or an update of a density view.
#[derive(Clone, Debug)]
pub struct Density<'a> {
    /// The client's subscription.
    pub sub: u32,
    /// Of the last message included.
    pub position: Position,
    /// The bridge's wall clock.
    pub now: Timestamp,
    /// Snapshot or update.
    pub kind: DensityKind,
    /// Length of a column.
    pub step_ms: u32,
    /// By name.
    pub metrics: &'a [MetricColumns],
}

impl Density<'_> {
    /// The frame as JSON text.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        // Writing to a Vec cannot fail.
        match self.kind {
            DensityKind::Snapshot { window_ms, sources: [up, down] } => {
                push_prelude(&mut out, self.sub, "snapshot", self.position, self.now);
                let names =
                    [SourceState::Up, SourceState::Down].map(|state| serde_json::to_string(&state).unwrap_or_default());
                let _ = write!(out, ",\"window_ms\":{window_ms},\"sources\":{{{}:{up},{}:{down}}}", names[0], names[1]);
            }
            DensityKind::Update { messages } => {
                push_prelude(&mut out, self.sub, "update", self.position, self.now);
                let _ = write!(out, ",\"messages\":{messages}");
            }
        }
        let _ = write!(out, ",\"view\":\"density\",\"step_ms\":{},\"metrics\":", self.step_ms);
        push_metrics(&mut out, self.metrics);
        out.push(b'}');
        out
    }

    /// The frame as binary: the head of every binary frame with kind 4 (snapshot) or 5 (update, with its number of messages)
    /// and the number of sources up and down as JSON, then
    ///
    /// ```text
    /// u32 step_ms | u32 metric_count
    /// per metric: u16 name_len | name | u32 series | u32 column_count
    /// per column: varint, zigzag: steps since the column before (the first: since 1970) | the column
    /// ```
    pub fn to_binary(&self) -> Vec<u8> {
        let (kind, messages, window_ms, sources) = match self.kind {
            DensityKind::Snapshot { window_ms, sources: [up, down] } => {
                (4, 0, window_ms, format!("{{\"up\":{up},\"down\":{down}}}"))
            }
            DensityKind::Update { messages } => (5, messages, 0, String::new()),
        };
        let head = binary::Head { kind, messages, sub: self.sub, position: self.position, now: self.now, window_ms };
        let mut out = head.write(sources.as_bytes());
        out.extend_from_slice(&self.step_ms.to_le_bytes());
        out.extend_from_slice(&(self.metrics.len() as u32).to_le_bytes());
        for metric in self.metrics {
            // Names are bounded by NAME_BYTES_MAX.
            out.extend_from_slice(&(metric.metric.len() as u16).to_le_bytes());
            out.extend_from_slice(metric.metric.as_bytes());
            out.extend_from_slice(&(metric.series as u32).to_le_bytes());
            out.extend_from_slice(&(metric.columns.len() as u32).to_le_bytes());
            let mut before = 0;
            for (begin, column) in &metric.columns {
                let slot = begin.as_micros().div_euclid(i64::from(self.step_ms) * 1000);
                write_varint(&mut out, zigzag(slot - before));
                before = slot;
                column.write(&mut out);
            }
        }
        out
    }
}

/// Appends `[{"metric":…,"series":…,"columns":[{"t":…,"count":…,"min":…,"max":…,"sum":…,"p5":…,…,"buckets":[bucket,count,…]}]}]`.
pub fn push_metrics(out: &mut Vec<u8>, metrics: &[MetricColumns]) {
    out.push(b'[');
    for (index, metric) in metrics.iter().enumerate() {
        out.extend_from_slice(if index > 0 { b",{\"metric\":" } else { b"{\"metric\":" });
        push_string(out, &metric.metric);
        out.extend_from_slice(b",\"series\":");
        push_integer(out, metric.series as i64);
        out.extend_from_slice(b",\"columns\":[");
        for (index, (begin, column)) in metric.columns.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            push_column(out, *begin, column);
        }
        out.extend_from_slice(b"]}");
    }
    out.push(b']');
}

fn push_column(out: &mut Vec<u8>, begin: Timestamp, column: &Column) {
    out.extend_from_slice(b"{\"t\":");
    push_scaled(out, begin.as_micros(), 3);
    out.extend_from_slice(b",\"count\":");
    push_integer(out, column.count() as i64);
    let quantiles = QUANTILES.map(|(name, q)| (name, column.quantile(q)));
    for (name, value) in [("min", column.min), ("max", column.max), ("sum", column.sum)].into_iter().chain(quantiles) {
        let _ = write!(out, ",\"{name}\":");
        push_value(out, value);
    }
    out.extend_from_slice(b",\"buckets\":[");
    for (index, (bucket, count)) in column.buckets.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_integer(out, i64::from(*bucket));
        out.push(b',');
        push_integer(out, *count as i64);
    }
    out.extend_from_slice(b"]}");
}

#[cfg(test)]
mod tests {
    use super::super::tests::of;
    use super::super::{read_varint, unzigzag};
    use super::*;
    use crate::Epoch;

    #[test]
    fn frames_have_the_documented_form() {
        let metrics = [MetricColumns {
            metric: "rss".into(),
            series: 2,
            columns: vec![(Timestamp::from_millis(1_763_683_200_000), of(&[1.0, 2.0]))],
        }];
        let frame = Density {
            sub: 7,
            position: Position { epoch: Epoch(5), offset: 9 },
            now: Timestamp::from_millis(1_763_683_200_500),
            kind: DensityKind::Snapshot { window_ms: 60_000, sources: [2, 0] },
            step_ms: 1_000,
            metrics: &metrics,
        };
        assert_eq!(
            String::from_utf8(frame.to_json()).unwrap(),
            concat!(
                r#"{"sub":7,"type":"snapshot","position":{"epoch":5,"offset":9},"now":1763683200500,"window_ms":60000,"#,
                r#""sources":{"up":2,"down":0},"view":"density","step_ms":1000,"metrics":[{"metric":"rss","series":2,"columns":["#,
                r#"{"t":1763683200000,"count":2,"min":1,"max":2,"sum":3,"p5":1.015625,"p25":1.015625,"p50":2,"p75":2,"p95":2,"#,
                r#""buckets":[32736,1,32768,1]}]}]}"#
            )
        );
        let update = Density { kind: DensityKind::Update { messages: 258 }, ..frame };
        let text = String::from_utf8(update.to_json()).unwrap();
        let head =
            r#"{"sub":7,"type":"update","position":{"epoch":5,"offset":9},"now":1763683200500,"messages":258,"view""#;
        assert!(text.starts_with(head), "{text}");
        let bytes = update.to_binary();
        assert_eq!(bytes[..8], [0xE0, 5, 2, 1, 7, 0, 0, 0]);
        let mut column = &bytes[44 + 4 + 4 + 2 + 3 + 4 + 4..];
        assert_eq!(read_varint(&mut column).map(unzigzag), Some(1_763_683_200));
        assert_eq!(Column::read(&mut column), Some(of(&[1.0, 2.0])));
        assert!(column.is_empty());
    }
}
