//! A way to a server that can be cut: sockets stay open and nothing passes, as with a pulled cable.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex};

/// Forwards connections to a port on 127.0.0.1.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    gate: Arc<Gate>,
}

#[derive(Debug, Default)]
struct Gate {
    cut: Mutex<bool>,
    opened: Condvar,
    ended: AtomicBool,
}

impl Gate {
    fn pass(&self) {
        let cut = self.cut.lock().unwrap();
        drop(self.opened.wait_while(cut, |cut| *cut && !self.ended.load(Relaxed)).unwrap());
    }
}

impl Proxy {
    /// Listens on a free port.
    pub fn start(target: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let gate = Arc::new(Gate::default());
        let shared = Arc::clone(&gate);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.ended.load(Relaxed) {
                    return;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else { continue };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to, gate) = (from.try_clone().unwrap(), to.try_clone().unwrap(), Arc::clone(&shared));
                    std::thread::spawn(move || copy(from, to, &gate));
                }
            }
        });
        Self { port, gate }
    }

    /// Its address as that of a NATS server.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Nothing passes any more.
    pub fn cut(&self) {
        *self.gate.cut.lock().unwrap() = true;
    }

    /// All that waited passes.
    pub fn heal(&self) {
        *self.gate.cut.lock().unwrap() = false;
        self.gate.opened.notify_all();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.gate.ended.store(true, Relaxed);
        self.heal();
        // Wakes the listener.
        TcpStream::connect(("127.0.0.1", self.port)).ok();
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, gate: &Gate) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        gate.pass();
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    to.shutdown(std::net::Shutdown::Both).ok();
}
