//! One of PubNub's own clients, in a process of its own.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::process::repository;
use crate::wait::until;

/// A client of v3 or v4; killed on drop.
#[derive(Debug)]
pub struct PubNub {
    child: Child,
    stdin: ChildStdin,
    said: Arc<Mutex<VecDeque<Value>>>,
    /// Messages that came so far.
    messages: Vec<Value>,
    calls: u64,
}

impl PubNub {
    /// `version` is `v3` or `v4`; `address` a bridge's.
    pub async fn start(version: &str, address: &str) -> Self {
        let dir = repository().join("tests/eon");
        assert!(dir.join("node_modules").is_dir(), "run `npm ci` in {}, as `make e2e` does", dir.display());
        let mut command = Command::new("node");
        command.arg(dir.join("client.mjs")).args([version, address]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let said: Arc<Mutex<VecDeque<Value>>> = Arc::default();
        let kept = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                match serde_json::from_str(&line) {
                    Ok(value) => kept.lock().unwrap().push_back(value),
                    // The libraries write to the console, too.
                    Err(_) => eprintln!("client: {line}"),
                }
            }
        });
        let mut client = Self { child, stdin, said, messages: Vec::new(), calls: 0 };
        client.event("the client is open", |event| event["event"] == "open").await;
        client
    }

    /// Calls a method and waits for its answer.
    pub async fn call(&mut self, method: &str, args: Value) -> Result<Value, Value> {
        self.calls += 1;
        let id = self.calls;
        let line = json!({ "id": id, "call": method, "args": args });
        writeln!(self.stdin, "{line}").unwrap();
        let answer = self.event(&format!("{method} is answered"), move |event| event["id"] == id).await;
        if answer["error"].is_null() { Ok(answer["result"].clone()) } else { Err(answer["error"].clone()) }
    }

    /// Waits until it says that it is connected, or connected again.
    pub async fn connected(&mut self) {
        let is = |event: &Value| ["PNConnectedCategory", "connect"].iter().any(|word| event["category"] == *word);
        self.event("it is connected", is).await;
    }

    /// Waits until there are so many messages; all of them so far, in the order they came.
    pub async fn messages(&mut self, count: usize) -> &[Value] {
        let said = Arc::clone(&self.said);
        let messages = &mut self.messages;
        until(&format!("{count} messages came"), move || {
            Self::take_messages(&said, messages);
            (messages.len() >= count).then_some(())
        })
        .await;
        &self.messages
    }

    fn take_messages(said: &Mutex<VecDeque<Value>>, messages: &mut Vec<Value>) {
        let mut said = said.lock().unwrap();
        let (new, rest): (VecDeque<_>, VecDeque<_>) = said.drain(..).partition(|event| event["event"] == "message");
        *said = rest;
        messages.extend(new);
    }

    async fn event(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let said = Arc::clone(&self.said);
        until(what, move || {
            let mut said = said.lock().unwrap();
            let at = said.iter().position(&wanted)?;
            said.remove(at)
        })
        .await
    }
}

impl Drop for PubNub {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
