//! A viewer: what a browser does, without the browser.

use std::collections::BTreeMap;
use std::time::Duration;

use eontide_wire::viewer::density::Column;
use eontide_wire::viewer::{PROTOCOL_BINARY, PROTOCOL_JSON};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::points::Points;
use crate::wait::DEADLINE;

/// An open socket and what it brought.
#[derive(Debug)]
pub struct Viewer {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Every point received, snapshot and updates.
    pub points: Points,
    /// Of density views: the merged columns by metric and begin in ms, snapshot and what was added.
    pub density: BTreeMap<(String, i64), Column>,
    /// Messages of the stream that the updates say they hold, all together.
    pub messages: u64,
    /// Of the last frame with points.
    pub position: Value,
    /// Frames without points, in order.
    pub said: Vec<Value>,
    /// Those about alerts, with one of which each subscription begins.
    pub alerts: Vec<Value>,
}

impl Viewer {
    /// Opens a socket without subscribing.
    pub async fn open(address: &str, binary: bool) -> Self {
        Self::try_open(address, binary, None).await.unwrap()
    }

    /// Opens a socket as a page of `origin` would.
    pub async fn try_open(address: &str, binary: bool, origin: Option<&str>) -> Result<Self, Error> {
        let mut request = format!("ws://{address}/live").into_client_request()?;
        let protocol = if binary { PROTOCOL_BINARY } else { PROTOCOL_JSON };
        request.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Self {
            socket,
            points: Points::default(),
            density: BTreeMap::new(),
            messages: 0,
            position: Value::Null,
            said: Vec::new(),
            alerts: Vec::new(),
        })
    }

    /// Opens a socket and subscribes; returns once the snapshot is here.
    pub async fn subscribe(address: &str, channel: &str, binary: bool, since: Option<&Value>) -> Self {
        let mut viewer = Self::open(address, binary).await;
        let mut subscribe = json!({ "channel": channel });
        if let Some(since) = since {
            subscribe["since"] = since.clone();
        }
        viewer.send(&json!({ "sub": 1, "subscribe": subscribe })).await;
        while viewer.position.is_null() {
            viewer.next().await;
        }
        viewer
    }

    /// Sends a request.
    pub async fn send(&mut self, request: &Value) {
        self.socket.send(Message::text(request.to_string())).await.unwrap();
    }

    /// Takes frames in up to one that is not about alerts.
    pub async fn next(&mut self) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["type"] != "alert" {
                return frame;
            }
        }
    }

    /// Takes one frame in; fails where none comes: pings of the bridge are none.
    async fn frame(&mut self) -> Value {
        let deadline = tokio::time::Instant::now() + DEADLINE;
        loop {
            let message =
                tokio::time::timeout_at(deadline, self.socket.next()).await.expect("a frame within the deadline");
            match message.expect("an open socket").unwrap() {
                Message::Text(text) => return self.take(serde_json::from_str(&text).unwrap()),
                Message::Binary(bytes) => return self.take(decode_binary(&bytes)),
                Message::Close(frame) => {
                    let close = json!({"type": "close", "code": frame.map(|frame| u16::from(frame.code))});
                    self.said.push(close.clone());
                    return close;
                }
                _ => {}
            }
        }
    }

    /// Takes in what is here within `pause`.
    pub async fn drain(&mut self, pause: Duration) {
        while tokio::time::timeout(pause, self.next()).await.is_ok() {}
    }

    /// Takes frames in until `condition` holds.
    pub async fn until(&mut self, condition: impl Fn(&Self) -> bool) {
        while !condition(self) {
            self.frame().await;
        }
    }

    /// The JetStream sequence of the last frame with points.
    pub fn offset(&self) -> u64 {
        self.position["offset"].as_u64().unwrap_or(0)
    }

    fn take(&mut self, frame: Value) -> Value {
        match frame["type"].as_str() {
            Some("snapshot" | "update") => {
                let offset = frame["position"]["offset"].as_u64().unwrap();
                let same_life = self.position["epoch"] == frame["position"]["epoch"];
                assert!(!same_life || offset >= self.offset(), "a position went back: {} {frame}", self.position);
                self.position = frame["position"].clone();
                let is_update = frame["type"] == "update";
                assert_eq!(frame["messages"].is_u64(), is_update, "an update counts its messages: {frame}");
                self.messages += frame["messages"].as_u64().unwrap_or(0);
                if frame["type"] == "snapshot" && frame["resumed"] != true {
                    self.points = Points::default();
                }
                if frame["view"] == "density" {
                    if frame["type"] == "snapshot" {
                        self.density.clear();
                    }
                    add_density(&mut self.density, &frame);
                } else {
                    self.points.push_blocks(&frame["blocks"]);
                }
            }
            Some("alert") => self.alerts.push(frame.clone()),
            _ => self.said.push(frame.clone()),
        }
        frame
    }
}

/// Adds the merged columns of a frame or an answer, by metric and begin in ms.
pub fn add_density(all: &mut BTreeMap<(String, i64), Column>, frame: &Value) {
    for metric in frame["metrics"].as_array().unwrap() {
        for column in metric["columns"].as_array().unwrap() {
            let number = |name: &str| column[name].as_f64().unwrap();
            let flat: Vec<i64> = column["buckets"].as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).collect();
            let buckets = flat.chunks(2).map(|pair| (i32::try_from(pair[0]).unwrap(), pair[1] as u64)).collect();
            let key = (metric["metric"].as_str().unwrap().to_owned(), number("t") as i64);
            let column = Column { min: number("min"), max: number("max"), sum: number("sum"), buckets };
            all.entry(key).or_default().add(&column);
        }
    }
}

/// The binary frame as the JSON one; the layout is documented in `eontide_wire::viewer::binary`.
pub fn decode_binary(bytes: &[u8]) -> Value {
    let mut reader = Reader(bytes);
    let head = reader.u32();
    assert_eq!(head & 0xff, 0xE0, "magic");
    let (kind, messages, sub) = (head >> 8 & 0xff, head >> 16, reader.u32());
    let (epoch, offset, now, window_ms) = (reader.u64(), reader.u64(), reader.float(), reader.u64());
    let length = reader.u32() as usize;
    let sources: Value = serde_json::from_slice(reader.take(length)).unwrap_or(Value::Null);
    let mut frame = json!({
        "sub": sub,
        "type": if kind == 2 || kind == 5 { "update" } else { "snapshot" },
        "resumed": kind == 3,
        "position": {"epoch": epoch, "offset": offset},
        "now": now,
        "window_ms": window_ms,
        "sources": sources,
    });
    if frame["type"] == "update" {
        frame["messages"] = json!(messages);
    } else {
        assert_eq!(messages, 0, "a snapshot counts no messages");
    }
    if kind >= 4 {
        let step_ms = reader.u32();
        (frame["view"], frame["step_ms"]) = (json!("density"), json!(step_ms));
        frame["metrics"] = (0..reader.u32()).map(|_| reader.metric(i64::from(step_ms))).collect();
    } else {
        frame["blocks"] = (0..reader.u32()).map(|_| reader.block()).collect();
    }
    assert!(reader.0.is_empty(), "{} bytes are left", reader.0.len());
    frame
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> &'a [u8] {
        let (head, tail) = self.0.split_at(n);
        self.0 = tail;
        head
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take(2).try_into().unwrap())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take(4).try_into().unwrap())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take(8).try_into().unwrap())
    }

    fn float(&mut self) -> f64 {
        f64::from_bits(self.u64())
    }

    /// A column: its name, then its values; JSON writes NaN as null.
    fn column(&mut self, name: &str, points: u32) -> Value {
        let values = (0..points).map(|_| json!(self.float()));
        std::iter::once(json!(name)).chain(values).collect()
    }

    fn varint(&mut self) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    }

    fn metric(&mut self, step_ms: i64) -> Value {
        let length = self.u16() as usize;
        let name = String::from_utf8(self.take(length).to_vec()).unwrap();
        let (series, count) = (self.u32(), self.u32());
        let mut step = 0;
        let columns: Vec<Value> = (0..count)
            .map(|_| {
                let zigzag = self.varint();
                step += (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
                let Column { min, max, sum, buckets } = Column::read(&mut self.0).unwrap();
                let buckets: Vec<i64> = buckets.iter().flat_map(|(b, count)| [i64::from(*b), *count as i64]).collect();
                json!({"t": step * step_ms, "min": min, "max": max, "sum": sum, "buckets": buckets})
            })
            .collect();
        json!({"metric": name, "series": series, "columns": columns})
    }

    fn block(&mut self) -> Value {
        let (series, points) = (self.u32(), self.u32());
        let x = self.column("x", points);
        let mut columns: Vec<Value> = Vec::new();
        for _ in 0..series {
            let length = self.u16() as usize;
            let name = String::from_utf8(self.take(length).to_vec()).unwrap();
            columns.push(self.column(&name, points));
        }
        columns.push(x);
        json!({ "columns": columns })
    }
}
